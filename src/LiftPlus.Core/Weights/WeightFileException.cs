using LiftPlus.Weights;

namespace LiftPlus;

/// <summary>A weight file that cannot be read: damaged, hostile, or of a kind not understood. The message says where in the file.</summary>
public sealed class WeightFileException : LiftPlusException
{
    internal WeightFileException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException!) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
