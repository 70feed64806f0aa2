using LiftPlus.Native;
using LiftPlus.Processes;

namespace LiftPlus;

/// <summary>
/// Provides the processes that <c>mpirun</c> or <c>srun</c> has started with this one. MPI starts with the first use of a member, or when a
/// run of <see cref="MpiBuilderExtensions.UseMpi"/> begins.
/// </summary>
public static class Mpi
{
    private static readonly Lock s_lock = new();
    private static ProcessGroup? s_group;

    /// <summary>Gets the number of this process, from 0. Process 0 writes checkpoints, reports progress and logs.</summary>
    /// <exception cref="LiftPlusException">There is no usable MPI library.</exception>
    public static int Rank => Join(null).Rank;

    /// <summary>Gets the number of processes.</summary>
    /// <exception cref="LiftPlusException">There is no usable MPI library.</exception>
    public static int Count => Join(null).Count;

    /// <summary>Starts MPI with a library, once; later calls return the same processes.</summary>
    internal static ProcessGroup Join(string? library)
    {
        lock (s_lock)
        {
            if (s_group is null)
            {
                var collective = MpiCollective.Start(MpiLibrary.Find(library));
                s_group = new ProcessGroup(collective);
                AppDomain.CurrentDomain.ProcessExit += (_, _) => collective.End(isRunning: s_group.IsRunning);
            }

            return s_group;
        }
    }
}
