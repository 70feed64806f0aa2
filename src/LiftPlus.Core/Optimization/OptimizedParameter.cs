using TorchSharp.Modules;

namespace LiftPlus.Optimization;

/// <summary>Represents a parameter that an optimizer updates.</summary>
/// <param name="Name">The parameter's name, unique within the optimizer: the key of its state in checkpoints.</param>
/// <param name="Parameter">The parameter, updated in place. A parameter without a gradient is skipped.</param>
public sealed record OptimizedParameter(string Name, Parameter Parameter)
{
    /// <summary>Gets the factor on the learning rate, 0 or more.</summary>
    /// <value>The default value is 1.</value>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>Gets the factor on the weight decay, 0 or more; 0 turns weight decay off for the parameter.</summary>
    /// <value>The default value is 1.</value>
    public double WeightDecayFactor { get; init; } = 1;
}
