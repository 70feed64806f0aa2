namespace LiftPlus;

/// <summary>
/// The exception that is thrown when a weight file cannot be read: it is damaged, hostile or of an unsupported kind. The message says where
/// in the file.
/// </summary>
public sealed class WeightFileException : LiftPlusException
{
    internal WeightFileException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException!) => Path = path;

    /// <summary>Gets the path of the file.</summary>
    public string Path { get; }
}
