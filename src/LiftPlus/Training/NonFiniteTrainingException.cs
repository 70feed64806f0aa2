using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Messages;

namespace LiftPlus;

/// <summary>
/// The exception that is thrown when training diverged: a loss, gradient or parameter is NaN or infinite. Existing checkpoints are
/// untouched.
/// </summary>
public sealed class NonFiniteTrainingException : LiftPlusException
{
    private const int ListedFiles = 8;

    internal NonFiniteTrainingException(
        string what,
        double value,
        long step,
        double learningRate,
        ImageDataset train,
        IEnumerable<int> indices,
        string? checkpoint
    )
        : this(
            FormattableString.Invariant($"{what} of step {step} is {value}, at a learning rate of {learningRate:G6}"),
            learningRate,
            [.. indices.Select(index => train[index].Name)],
            checkpoint
        ) { }

    private NonFiniteTrainingException(string problem, double learningRate, ImmutableArray<string> files, string? checkpoint)
        : base(
            $"{problem}{Listed(files)}. "
                + "Lower Training.LearningRate, add Training.WarmupSteps or set Training.ClipGradientNorm. "
                + $"{(checkpoint is null ? "There is no checkpoint yet." : $"The last good checkpoint is {checkpoint}.")}"
        ) => (Problem, LearningRate, Files, Checkpoint) = (problem, learningRate, files, checkpoint);

    private static string Listed(ImmutableArray<string> files) =>
        files.IsEmpty ? "" : $", on {MessageText.FirstAndRest(files, ListedFiles)}";

    /// <summary>Gets what was found where, without images and advice.</summary>
    internal string Problem { get; }

    /// <summary>Gets the learning rate of the step.</summary>
    public double LearningRate { get; }

    /// <summary>Gets the images of the step so far; empty if parameters were found not to be finite at the end of an epoch.</summary>
    public ImmutableArray<string> Files { get; }

    /// <summary>Gets the newest checkpoint, written while all values were finite; null if there is none.</summary>
    public string? Checkpoint { get; }
}
