namespace LiftPlus.Serving;

/// <summary>Which model serves.</summary>
internal sealed partial class ServedImageClassifier
{
    private readonly SemaphoreSlim _loading = new(1);
    private ModelGeneration? _current;
    private LiftPlusException? _failure; // of the first load
    private volatile ClassifierState _state = new(ClassifierHealth.Starting, 0, null, null);
    private Task _watching = Task.CompletedTask;

    public ClassifierState State => _state;

    public Task StartAsync(CancellationToken cancellationToken = default) =>
        Volatile.Read(ref _current) is null ? LoadAsync(reload: false, cancellationToken) : Task.CompletedTask;

    public Task ReloadAsync(CancellationToken cancellationToken = default) => LoadAsync(reload: true, cancellationToken);

    private async Task LoadAsync(bool reload, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            if (!reload && _current is not null)
                return;
            if (!reload && _failure is not null && !_loader.HasChanged)
                throw new LiftPlusException(_failure.Message, _failure); // each image would try again
            await ExchangeAsync(cancellationToken).ConfigureAwait(false);
            if (_watching.IsCompleted && _options.PollInterval is TimeSpan interval)
                _watching = WatchAsync(interval);
        }
        finally
        {
            _loading.Release();
        }
    }

    // From here on new images are for the new model; the old one is freed after its last.
    private async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token); // disposal waits for no download
        try
        {
            ModelGeneration next = await Task.Run(() => _loader.Load(stop.Token), stop.Token).ConfigureAwait(false);
            ModelGeneration? old = Interlocked.Exchange(ref _current, next);
            _state = new ClassifierState(ClassifierHealth.Ready, _state.Loads + 1, _time.GetUtcNow(), null);
            old?.RemoveUser();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new ObjectDisposedException(GetType().Name);
        }
        catch (LiftPlusException e)
        {
            bool serves = _current is not null;
            _state = _state with { Health = serves ? ClassifierHealth.Stale : ClassifierHealth.Failed, Error = e.Message };
            if (serves)
                ServingLog.ReloadFailed(_logger, _loader.Name, e.Message);
            else
                _failure = e;
            throw;
        }
    }

    private async Task WatchAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    if (_loader.HasChanged)
                        await ReloadAsync(_stop.Token).ConfigureAwait(false);
                }
                catch (LiftPlusException)
                {
                    // logged, and tried again when the folder changes
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && _stop.IsCancellationRequested) { }
    }

    private async ValueTask<ModelGeneration> AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ModelGeneration? current = Volatile.Read(ref _current);
            if (current is null)
                await LoadAsync(reload: false, cancellationToken).ConfigureAwait(false);
            else if (current.TryAddUser())
                return current;
        }
    }

    private T Use<T>(Func<ModelGeneration, T> use)
    {
        ModelGeneration generation = AcquireAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        try
        {
            return use(generation);
        }
        finally
        {
            generation.RemoveUser();
        }
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await _loading.WaitAsync().ConfigureAwait(false);
        _queue.Close();
        await _queue.Completion.ConfigureAwait(false);
        Interlocked.Exchange(ref _current, null)?.RemoveUser();
        _state = _state with { Health = ClassifierHealth.Stopped };
        _loading.Release();
    }
}
