namespace LiftPlus.Files;

/// <summary>
/// Represents a file or folder that exists only while its target is written. It is deleted at the end; only a process that is killed
/// leaves it behind.
/// </summary>
internal sealed class Stray : IDisposable
{
    private readonly string _target;

    private Stray(string target, string path)
    {
        (_target, Path) = (target, path);
        Strays.Begin(path);
    }

    /// <summary>Names the place where the new content is written, beside the target.</summary>
    public static Stray New(string target) => new(target, Strays.Name(target, Strays.New));

    /// <summary>Names the place where the earlier content is kept until the new one has the target's name.</summary>
    public static Stray Old(string target) => new(target, Strays.Name(target, Strays.Old));

    public string Path { get; }

    /// <summary>Deletes the entry, if it is still there. Earlier content without a successor stays: it is the only copy.</summary>
    public void Dispose()
    {
        try
        {
            if (!Strays.IsOnlyCopy(Path, _target))
                Strays.TryDelete(Path);
        }
        finally
        {
            Strays.End(Path);
        }
    }
}
