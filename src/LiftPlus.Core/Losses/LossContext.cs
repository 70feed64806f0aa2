using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>Provides what <see cref="LossOptions.CreateLoss"/> needs to know about the training set and the classifier.</summary>
/// <param name="Classes">The class distribution of the training set.</param>
/// <param name="LogitScale">The classifier's factor on the logits, which LDAM applies to its margins.</param>
/// <param name="Device">The device of the logits.</param>
public sealed record LossContext(ClassDistribution Classes, double LogitScale, Device Device)
{
    /// <summary>Gets the neighbours that <see cref="LossOptions.NeighborCount"/> asks for; null if it asks for none.</summary>
    internal ClassNeighbors? Neighbors { get; init; }
}
