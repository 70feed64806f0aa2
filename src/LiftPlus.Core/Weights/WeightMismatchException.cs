using System.Collections.Immutable;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus;

/// <summary>Represents a tensor that is in the file but does not fit.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Expected">The shape and kind that the model needs.</param>
/// <param name="Found">Type and shape in the file.</param>
public sealed record WrongTensor(string Name, string Expected, string Found);

/// <summary>
/// The exception that is thrown when a weight file and a model do not fit. All differences are found before anything is copied.
/// </summary>
public sealed class WeightMismatchException : LiftPlusException
{
    private const int ListedUnexpected = 20;

    internal WeightMismatchException(
        string path,
        string naming,
        ImmutableArray<string> missing,
        ImmutableArray<string> unexpected,
        ImmutableArray<WrongTensor> wrong
    )
        : base(Describe(path, naming, missing, unexpected, wrong)) =>
        (Path, Missing, Unexpected, Wrong) = (path, missing, unexpected, wrong);

    /// <summary>Gets the path of the file.</summary>
    public string Path { get; }

    /// <summary>Gets the names that the model needs and the file does not contain.</summary>
    public ImmutableArray<string> Missing { get; }

    /// <summary>Gets the names in the file that the model does not use.</summary>
    public ImmutableArray<string> Unexpected { get; }

    /// <summary>Gets the tensors of another shape or kind.</summary>
    public ImmutableArray<WrongTensor> Wrong { get; }

    private static string Describe(
        string path,
        string naming,
        ImmutableArray<string> missing,
        ImmutableArray<string> unexpected,
        ImmutableArray<WrongTensor> wrong
    )
    {
        List<string> lines = [$"{path} does not fit the model ({naming} naming); nothing was loaded."];
        if (missing.Length > 0)
            lines.Add($"Missing ({missing.Length}): {string.Join(", ", missing)}");
        if (unexpected.Length > 0)
        {
            lines.Add($"Unexpected ({unexpected.Length}): {MessageText.First(unexpected, ListedUnexpected)}");
        }

        lines.AddRange(wrong.Select(tensor => $"Wrong: {tensor.Name}: expected {tensor.Expected}, found {tensor.Found}"));
        lines.Add("Check that the file belongs to this architecture and configuration.");
        return string.Join(Environment.NewLine, lines);
    }
}
