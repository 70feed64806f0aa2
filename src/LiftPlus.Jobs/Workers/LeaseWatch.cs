using LiftPlus.Files;

namespace LiftPlus.Workers;

/// <summary>
/// Finds leases whose workers have stopped: those that did not change for the time of a lease since this process saw them first. No clock
/// of another machine and no time of day is compared, so that clocks may differ and jump.
/// </summary>
internal sealed class LeaseWatch(TimeSpan time, TimeProvider clock)
{
    private readonly Dictionary<string, (string Content, long Seen)> _leases = [];

    /// <summary>Deletes a lease that stayed unchanged for too long, so that it can be taken.</summary>
    public void Look(string path)
    {
        if (Lease.Read(path) is not string content)
            return;
        if (!_leases.TryGetValue(path, out (string Content, long Seen) known) || known.Content != content)
            _leases[path] = (content, clock.GetTimestamp());
        else if (clock.GetElapsedTime(known.Seen) >= time)
        {
            Strays.TryDelete(path);
            Forget(path);
        }
    }

    /// <summary>Forgets a lease that need not be watched any more.</summary>
    public void Forget(string path) => _leases.Remove(path);
}
