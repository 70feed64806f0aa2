using LiftPlus.Optimization;

namespace LiftPlus;

/// <summary>Represents the settings of an optimizer. Derive from it to add your own; the built-in optimizers do the same.</summary>
public abstract record OptimizerOptions : ComponentOptions
{
    /// <summary>Creates the optimizer. Move the model to its device first, because moving replaces the parameter objects.</summary>
    public abstract Optimizer CreateOptimizer(IEnumerable<OptimizedParameter> parameters);
}
