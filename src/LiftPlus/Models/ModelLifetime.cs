namespace LiftPlus.Models;

/// <summary>
/// Counts the calls that use a model. <see cref="Dispose"/> refuses later calls and frees the model when the last running one is done, at
/// once if there are no running calls.
/// </summary>
/// <param name="model">The model, whose type the exceptions name.</param>
/// <param name="free">Frees its memory; called once.</param>
internal sealed class ModelLifetime(object model, Action free) : IDisposable
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _isDisposed;
    private volatile bool _isFreed;

    /// <summary>Returns a value of the model.</summary>
    /// <exception cref="ObjectDisposedException">The model is freed.</exception>
    public T Check<T>(T value)
    {
        ObjectDisposedException.ThrowIf(_isFreed, model);
        return value;
    }

    /// <summary>Keeps the model alive until the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public IDisposable Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, model);
            _users++;
        }

        return new User(this);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            if (_users > 0)
                return;
            _isFreed = true;
        }

        free();
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_users > 0 || !_isDisposed)
                return;
            _isFreed = true;
        }

        free();
    }

    private sealed class User(ModelLifetime lifetime) : IDisposable
    {
        private ModelLifetime? _lifetime = lifetime;

        public void Dispose() => Interlocked.Exchange(ref _lifetime, null)?.Leave();
    }
}
