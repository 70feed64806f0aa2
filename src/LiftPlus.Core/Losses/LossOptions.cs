using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>Represents the settings of a loss. Derive from it to add your own; the built-in losses do the same.</summary>
public abstract record LossOptions
{
    /// <summary>Gets the loss's short name, its key in JSON, such as <c>"logit-adjusted"</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Returns the errors in these settings; empty when they are valid.</summary>
    public virtual IEnumerable<string> Validate() => [];

    /// <summary>Creates the loss.</summary>
    public abstract LongTailLoss CreateLoss(LossContext context);
}
