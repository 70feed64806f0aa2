using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>Represents the settings of a loss. Derive from it to add your own; the built-in losses do the same.</summary>
public abstract record LossOptions : ComponentOptions
{
    /// <summary>Creates the loss.</summary>
    public abstract LongTailLoss CreateLoss(LossContext context);
}
