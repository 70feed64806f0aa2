using LiftPlus.Optimization;

namespace LiftPlus;

/// <summary>Represents the settings of an optimizer. Derive from it to add your own; the built-in optimizers do the same.</summary>
public abstract record OptimizerOptions
{
    /// <summary>Gets the optimizer's short name, its key in JSON, such as <c>"sgd"</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Returns the errors in these settings; empty when they are valid.</summary>
    public virtual IEnumerable<string> Validate() => [];

    /// <summary>Creates the optimizer. Move the model to its device first, because moving replaces the parameter objects.</summary>
    public abstract Optimizer CreateOptimizer(IEnumerable<OptimizedParameter> parameters);
}
