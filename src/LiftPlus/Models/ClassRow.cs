using System.Collections.Immutable;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Represents one class of a classifier, between two versions of a model's classes.</summary>
/// <param name="Name">The name.</param>
/// <param name="Count">The number of training images.</param>
/// <param name="Weight">The weights (R, D) of its rows: one, or more if it was merged.</param>
/// <param name="Bias">The biases (R); null for a classifier without biases.</param>
internal sealed record ClassRow(string Name, int Count, Tensor Weight, Tensor? Bias)
{
    /// <summary>Gets the description in the recipe; empty for the recipe's templates.</summary>
    public ImmutableArray<string> Description { get; init; } = [];
}
