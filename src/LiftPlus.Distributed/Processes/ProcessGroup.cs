using System.Runtime.InteropServices;
using System.Text;
using LiftPlus.Collectives;
using TorchSharp.Modules;

namespace LiftPlus.Processes;

/// <summary>
/// Represents the processes of a job. Before they exchange anything, all say what they are about to do; so one that has failed can say so
/// instead, and none waits for it.
/// </summary>
internal sealed class ProcessGroup : IProcessGroup
{
    private readonly ICollective _collective;
    private bool _isOver = true;

    public ProcessGroup(ICollective collective)
    {
        _collective = collective;
        string[] machines = [.. Collect(Meeting.Gather, Encoding.UTF8.GetBytes(Environment.MachineName)).Select(Encoding.UTF8.GetString)];
        LocalRank = machines.Take(Rank).Count(name => name == machines[Rank]);
    }

    public int Rank => _collective.Rank;

    public int Count => _collective.Count;

    public int LocalRank { get; }

    /// <summary>Gets whether a run has begun and not ended.</summary>
    public bool IsRunning => !_isOver;

    public void Enter() => _isOver = false;

    public IReadOnlyList<byte[]> Gather(ReadOnlySpan<byte> own) => Collect(Meeting.Gather, own);

    public IGradientExchange CreateExchange(IReadOnlyList<(string Name, Parameter Parameter)> parameters) =>
        Count == 1 ? SingleProcess.Instance : new GradientExchange(this, _collective, [.. parameters.Select(entry => entry.Parameter)]);

    /// <summary>Waits until all processes are at the same point.</summary>
    public void Meet(Meeting meeting) => Collect(meeting, []);

    public void Leave(Exception? failure)
    {
        if (_isOver)
            return;
        if (failure is null)
        {
            Meet(Meeting.End);
            _isOver = true;
            return;
        }

        Meeting meeting = failure is OperationCanceledException ? Meeting.Cancellation : Meeting.Failure;
        try
        {
            Collect(meeting, Encoding.UTF8.GetBytes(failure.Message));
        }
        catch (Exception e) when (e is LiftPlusException or OperationCanceledException)
        {
            // The others know; this process throws its own failure.
        }
    }

    /// <summary>Runs an exchange that others wait for. A failure in it ends all processes, because they cannot be told.</summary>
    public void Exchange(Action exchange)
    {
        try
        {
            exchange();
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"Process {Rank} has failed while the others waited for it, and ends all of them: {e}");
            _collective.Abort();
            throw;
        }
    }

    private byte[][] Collect(Meeting meeting, ReadOnlySpan<byte> own)
    {
        Header[] headers = new Header[Count],
            header = [new Header(own.Length, meeting)];
        _collective.AllGather(MemoryMarshal.AsBytes(header.AsSpan()), MemoryMarshal.AsBytes(headers.AsSpan()));
        byte[][] parts = Collect(headers, own);
        for (int rank = 0; rank < Count; rank++)
        {
            if (headers[rank].Meeting is not (Meeting.Failure or Meeting.Cancellation))
                continue;
            _isOver = true;
            string message = Encoding.UTF8.GetString(parts[rank]);
            throw headers[rank].Meeting == Meeting.Cancellation
                ? new OperationCanceledException($"Process {rank} was cancelled.")
                : new LiftPlusException($"Process {rank} has ended the run: {message}");
        }

        Meeting[] meetings = [.. headers.Select(header => header.Meeting).Distinct()];
        if (meetings.Length > 1)
        {
            _isOver = true;
            throw new LiftPlusException(
                $"The processes are not at the same point of the run ({string.Join(", ", meetings)}). Start all of them from the same "
                    + "program, with the same settings and data."
            );
        }

        return parts;
    }

    private byte[][] Collect(Header[] headers, ReadOnlySpan<byte> own)
    {
        int longest = headers.Max(header => header.Length);
        byte[][] parts = [.. headers.Select(header => new byte[header.Length])];
        if (longest == 0)
            return parts;
        byte[] padded = new byte[longest],
            all = new byte[checked(longest * Count)];
        own.CopyTo(padded);
        _collective.AllGather(padded, all);
        for (int rank = 0; rank < parts.Length; rank++)
            all.AsSpan(rank * longest, parts[rank].Length).CopyTo(parts[rank]);
        return parts;
    }

    private readonly record struct Header(int Length, Meeting Meeting);
}
