namespace LiftPlus.Distributed.Tests;

/// <summary>Represents the program of an MPI implementation that starts processes.</summary>
/// <param name="Program">Its path.</param>
/// <param name="Arguments">What it needs where tests run: as root, with fewer processors than processes.</param>
internal sealed record MpiStarter(string Program, string[] Arguments)
{
    /// <summary>Finds the program of an implementation, "Open MPI" or "MPICH"; skips the test where it is not installed.</summary>
    public static MpiStarter Find(string implementation)
    {
        bool isOpen = implementation == "Open MPI";
        string[] names = isOpen ? ["mpirun.openmpi"] : ["mpiexec.mpich", "mpiexec.hydra"];
        string? program = (
            from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            from name in names
            let path = Path.Combine(folder, name)
            where File.Exists(path)
            select path
        ).FirstOrDefault();
        Assert.SkipWhen(program is null, $"{implementation} is not installed ({string.Join(" or ", names)}).");
        return new MpiStarter(program, isOpen ? ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none"] : []);
    }
}
