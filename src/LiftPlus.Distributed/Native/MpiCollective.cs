using System.Globalization;
using LiftPlus.Collectives;

namespace LiftPlus.Native;

/// <summary>Moves bytes by MPI between all processes of the job.</summary>
internal sealed unsafe class MpiCollective : ICollective
{
    private const int Serialized = 2; // MPI_THREAD_SERIALIZED: one thread at a time

    // What the starters of processes call their number: Open MPI, MPICH and Intel MPI, Slurm.
    private static readonly string[] s_sizes = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"];

    private readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int> _allGather,
        _allToAll;
    private readonly delegate* unmanaged<nint, int, int> _abort;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly MpiHandles _handles;
    private readonly bool _isOurs;

    private MpiCollective(MpiLibrary library)
    {
        _handles = library.Handles;
        _allGather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)library.Function("MPI_Allgather");
        _allToAll = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)library.Function("MPI_Alltoall");
        _abort = (delegate* unmanaged<nint, int, int>)library.Function("MPI_Abort");
        _finalize = (delegate* unmanaged<int>)library.Function("MPI_Finalize");
        var isInitialized = (delegate* unmanaged<int*, int>)library.Function("MPI_Initialized");
        var initialize = (delegate* unmanaged<int*, byte***, int, int*, int>)library.Function("MPI_Init_thread");
        int before,
            provided;
        Check(isInitialized(&before), "MPI_Initialized");
        _isOurs = before == 0; // or the application has started MPI
        if (_isOurs)
            Check(initialize(null, null, Serialized, &provided), "MPI_Init_thread");
        (Rank, Count) = (Ask(library, "MPI_Comm_rank"), Ask(library, "MPI_Comm_size"));
    }

    public int Rank { get; }

    public int Count { get; }

    /// <summary>Starts MPI in this process.</summary>
    /// <exception cref="LiftPlusException">The processes were started by another MPI than the library.</exception>
    public static MpiCollective Start(MpiLibrary library)
    {
        var started = new MpiCollective(library);
        if (started.Count > 1)
            return started;
        foreach (string variable in s_sizes)
        {
            string? value = Environment.GetEnvironmentVariable(variable);
            if (int.TryParse(value, CultureInfo.InvariantCulture, out int size) && size > 1)
            {
                throw new LiftPlusException(
                    $"{size} processes were started ({variable}), and {library.Name} ({library.Version.Split('\n')[0].Trim()}) finds one. "
                        + "Start them with the mpirun of that library (Debian: mpirun.openmpi or mpirun.mpich; Slurm: srun --mpi=pmix or "
                        + "--mpi=pmi2), or give UseMpi the library that belongs to the mpirun."
                );
            }
        }

        return started;
    }

    public void AllGather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        fixed (byte* from = own)
        fixed (byte* to = all)
            Check(_allGather(from, own.Length, _handles.Byte, to, own.Length, _handles.Byte, _handles.World), "MPI_Allgather");
    }

    public void AllToAll(ReadOnlySpan<byte> own, Span<byte> received)
    {
        int part = own.Length / Count;
        fixed (byte* from = own)
        fixed (byte* to = received)
            Check(_allToAll(from, part, _handles.Byte, to, part, _handles.Byte, _handles.World), "MPI_Alltoall");
    }

    public void Abort() => _ = _abort(_handles.World, 1);

    /// <summary>Ends MPI when the process exits. If that is in the middle of a run, the others, which wait, are ended too.</summary>
    public void End(bool isRunning)
    {
        if (isRunning)
            Abort();
        else if (_isOurs)
            _ = _finalize();
    }

    private int Ask(MpiLibrary library, string function)
    {
        var ask = (delegate* unmanaged<nint, int*, int>)library.Function(function);
        int value;
        Check(ask(_handles.World, &value), function);
        return value;
    }

    // MPI ends the job by itself in nearly all cases.
    private static void Check(int code, string function)
    {
        if (code != 0)
            throw new LiftPlusException($"{function} has failed with code {code}; MPI says more on the error output.");
    }
}
