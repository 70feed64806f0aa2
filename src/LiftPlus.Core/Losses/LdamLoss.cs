using LiftPlus.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Label-distribution-aware margins (arXiv 1906.07413): <see cref="LdamLoss"/>.</summary>
public sealed record LdamLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "ldam";

    /// <summary>The rarest class's margin, positive, on a cosine: it is multiplied by the head's scale.</summary>
    /// <value>The default value is 0.5, the paper's.</value>
    public double MaxMargin { get; init; } = 0.5;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(MaxMargin > 0 && double.IsFinite(MaxMargin)))
            yield return $"The LDAM loss's MaxMargin is {MaxMargin}; give a positive number, such as the default 0.5.";
    }

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new LdamLoss(context, MaxMargin);
}

/// <summary>
/// CE after z_y is lowered by s·m_y, m_c = M n_c^(-1/4) / max_j n_j^(-1/4), s the head's scale (arXiv 1906.07413). A class without training
/// images has the margin of a class of one image.
/// </summary>
public sealed class LdamLoss : LongTailLoss
{
    private readonly Tensor shifts; // (C), -s·m

    internal LdamLoss(LossContext context, double maxMargin)
        : base(nameof(LdamLoss))
    {
        double[] margins = [.. ClassPrior.Counts(context.Classes).Select(count => Math.Pow(count, -0.25))];
        double factor = -context.LogitScale * maxMargin / margins.Max();
        shifts = ClassPrior.ToTensor([.. margins.Select(margin => factor * margin)], context.Device);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor shift = shifts.to(logits.dtype).index_select(0, labels).unsqueeze(1); // (B, 1)
        return nn.functional.cross_entropy(logits.scatter_add(1, labels.unsqueeze(1), shift), labels).MoveToOuterDisposeScope();
    }
}
