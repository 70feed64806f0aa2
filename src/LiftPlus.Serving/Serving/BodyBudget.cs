namespace LiftPlus.Serving;

/// <summary>
/// Counts the memory of the images that are being read from streams. Without room for more, an image waits or is rejected. One image at a
/// time may exceed the limit, so that images that wait for each other's memory cannot block for ever.
/// </summary>
/// <param name="limit">The number of bytes.</param>
/// <param name="waits">Whether images wait, in the order of their requests.</param>
internal sealed class BodyBudget(long limit, bool waits)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Turn> _waiting = [];
    private long _used;
    private Share? _beyond; // the one that may exceed the limit

    /// <summary>Gets the number of bytes taken.</summary>
    public long Used
    {
        get
        {
            lock (_lock)
                return _used;
        }
    }

    /// <summary>Starts the share of an image. Disposing it gives all its bytes back.</summary>
    public Share Open() => new(this);

    /// <exception cref="QueueFullException">There is no room, and images do not wait.</exception>
    private ValueTask TakeAsync(Share share, int bytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if ((_waiting.Count == 0 || share == _beyond) && TryTake(share, bytes))
                return ValueTask.CompletedTask;
            if (!waits)
                throw new QueueFullException(limit);
            return new ValueTask(WaitAsync(_waiting.AddLast(new Turn(share, bytes)), cancellationToken));
        }
    }

    private async Task WaitAsync(LinkedListNode<Turn> node, CancellationToken cancellationToken)
    {
        try
        {
            await node.Value.Granted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (node.List is not null)
                    _waiting.Remove(node);
                GrantTurns(); // those behind it
            }

            throw;
        }
    }

    private bool TryTake(Share share, int bytes)
    {
        if (_used + bytes > limit)
        {
            _beyond ??= share;
            if (_beyond != share)
                return false;
        }

        _used += bytes;
        share.Bytes += bytes;
        return true;
    }

    private void Return(Share share)
    {
        lock (_lock)
        {
            _used -= share.Bytes;
            share.Bytes = 0;
            if (_beyond == share)
                _beyond = null;
            GrantTurns();
        }
    }

    private void GrantTurns()
    {
        while (_waiting.First is { Value: Turn turn } && TryTake(turn.Share, turn.Bytes))
        {
            _waiting.RemoveFirst();
            turn.Granted.TrySetResult();
        }
    }

    /// <summary>Represents the bytes of one image.</summary>
    public sealed class Share(BodyBudget budget) : IDisposable
    {
        /// <summary>Gets or sets the number of bytes; the budget guards it.</summary>
        public long Bytes { get; set; }

        /// <summary>Takes more bytes, after waiting for them if there is no room.</summary>
        /// <exception cref="QueueFullException">There is no room, and images do not wait.</exception>
        public ValueTask TakeAsync(int bytes, CancellationToken cancellationToken) => budget.TakeAsync(this, bytes, cancellationToken);

        public void Dispose() => budget.Return(this);
    }

    private sealed record Turn(Share Share, int Bytes)
    {
        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
