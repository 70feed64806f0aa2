namespace LiftPlus.Native;

/// <summary>
/// Holds what an implementation of MPI calls its constants. Open MPI has addresses of objects, and MPICH and its relatives have numbers.
/// </summary>
/// <param name="World">MPI_COMM_WORLD.</param>
/// <param name="Byte">MPI_BYTE.</param>
internal readonly record struct MpiHandles(nint World, nint Byte)
{
    private static readonly string[] s_likeMpich = ["MPICH", "Intel(R) MPI", "MVAPICH", "Microsoft MPI", "Cray MPI"];

    /// <summary>Returns the constants of the implementation that describes itself by a text; null if it is not known.</summary>
    /// <param name="version">The text.</param>
    /// <param name="address">Returns the address of an object of the library.</param>
    public static MpiHandles? Of(string version, Func<string, nint> address) =>
        version.Contains("Open MPI", StringComparison.Ordinal) ? new(address("ompi_mpi_comm_world"), address("ompi_mpi_byte"))
        : s_likeMpich.Any(name => version.Contains(name, StringComparison.Ordinal)) ? new(0x44000000, 0x4c00010d)
        : null;
}
