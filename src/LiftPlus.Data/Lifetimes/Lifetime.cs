namespace LiftPlus.Lifetimes;

/// <summary>
/// Counts the calls that use an object. <see cref="Dispose"/> refuses later calls and frees the object when the last running one is done,
/// at once if there are no running calls.
/// </summary>
/// <param name="owner">The object, whose type the exceptions name.</param>
/// <param name="free">Frees its memory; called once.</param>
internal sealed class Lifetime(object owner, Action free) : IDisposable
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _isDisposed;
    private volatile bool _isFreed;

    /// <summary>Returns a value of the object.</summary>
    /// <exception cref="ObjectDisposedException">The object is freed.</exception>
    public T Check<T>(T value)
    {
        ObjectDisposedException.ThrowIf(_isFreed, owner);
        return value;
    }

    /// <summary>Keeps the object alive until the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The object is disposed.</exception>
    public IDisposable Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, owner);
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

    private sealed class User(Lifetime lifetime) : IDisposable
    {
        private Lifetime? _lifetime = lifetime;

        public void Dispose() => Interlocked.Exchange(ref _lifetime, null)?.Leave();
    }
}
