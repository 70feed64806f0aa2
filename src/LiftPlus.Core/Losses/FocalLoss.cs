using LiftPlus.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Focal loss (arXiv 1708.02002): <see cref="FocalLoss"/>.</summary>
public sealed record FocalLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "focal";

    /// <summary>γ, 0 or more: how strongly well-classified images are weighed down; 0 is plain cross-entropy.</summary>
    /// <value>The default value is 2, the paper's.</value>
    public double Gamma { get; init; } = 2;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Gamma >= 0 && double.IsFinite(Gamma)))
            yield return $"The focal loss's Gamma is {Gamma}; give 0 or a positive number, such as the default 2.";
    }

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new FocalLoss(Gamma);
}

/// <summary>Mean of (1 - p_y)^γ · CE(z, y), p = softmax(z) (arXiv 1708.02002).</summary>
public sealed class FocalLoss : LongTailLoss
{
    // 1 - p_y is kept above this, because for γ < 1 the power's slope at 0 is infinite.
    private static readonly Scalar s_floor = TensorMath.Hold(1e-12);
    private readonly Scalar _gamma;

    internal FocalLoss(double gamma)
        : base(nameof(FocalLoss)) => _gamma = TensorMath.Hold(gamma);

    /// <inheritdoc/>
    public override Tensor forward(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor ce = nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.None); // (B)
        Tensor miss = ce.neg().expm1().neg().clamp_min(s_floor); // 1 - p_y
        return miss.pow(_gamma).mul(ce).mean().MoveToOuterDisposeScope();
    }
}
