using LiftPlus.Optimization;
using TorchSharp.Modules;

namespace LiftPlus;

/// <summary>A parameter for an optimizer to update.</summary>
/// <param name="Name">Its name, unique within the optimizer: the key of its state in checkpoints.</param>
/// <param name="Parameter">The parameter; updated in place. One that has no gradient is left alone.</param>
public sealed record OptimizedParameter(string Name, Parameter Parameter)
{
    /// <summary>Factor on the learning rate, 0 or more.</summary>
    /// <value>The default value is 1.</value>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>Factor on the weight decay, 0 or more; 0 exempts the parameter.</summary>
    /// <value>The default value is 1.</value>
    public double WeightDecayFactor { get; init; } = 1;
}

/// <summary>An optimizer and its settings; the built-in ones and your own derive from it alike.</summary>
public abstract record OptimizerOptions : ComponentOptions
{
    /// <summary>Creates the optimizer. Move the model to its device first: that replaces the parameter objects.</summary>
    public abstract Optimizer CreateOptimizer(IEnumerable<OptimizedParameter> parameters);
}
