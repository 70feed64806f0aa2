using LiftPlus.Losses;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>What a loss is created for.</summary>
/// <param name="Classes">The training set's class distribution.</param>
/// <param name="LogitScale">The head's factor on the logits; LDAM scales its margins by it.</param>
/// <param name="Device">Where logits will be.</param>
public sealed record LossContext(ClassDistribution Classes, double LogitScale, Device Device);

/// <summary>A loss and its settings; the built-in losses and your own derive from it alike.</summary>
public abstract record LossOptions : ComponentOptions
{
    /// <summary>Creates the loss.</summary>
    public abstract LongTailLoss CreateLoss(LossContext context);
}
