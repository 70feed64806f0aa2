namespace LiftPlus.TestSupport;

/// <summary>Represents a folder that is deleted with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Gets the folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("liftplus-").FullName;

    /// <summary>Gets the full path of a file in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and returns its full path. It is an hour old, so that no reader waits for its writer.</summary>
    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(this[name], content);
        File.SetLastWriteTimeUtc(this[name], DateTime.UtcNow.AddHours(-1));
        return this[name];
    }

    /// <inheritdoc cref="Write(string, byte[])"/>
    public string Write(string name, string content)
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    /// <summary>Deletes the folder and its content.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
