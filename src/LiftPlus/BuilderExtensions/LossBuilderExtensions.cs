namespace LiftPlus;

/// <summary>Sets the built-in losses of a recipe.</summary>
public static class LossBuilderExtensions
{
    /// <summary>Uses plain cross-entropy.</summary>
    public static LongTailFineTunerBuilder UseCrossEntropy(this LongTailFineTunerBuilder builder) =>
        builder.UseLoss(new CrossEntropyLossOptions());

    /// <summary>Uses the focal loss (arXiv 1708.02002).</summary>
    public static LongTailFineTunerBuilder UseFocalLoss(this LongTailFineTunerBuilder builder, double gamma = 2) =>
        builder.UseLoss(new FocalLossOptions { Gamma = gamma });

    /// <summary>Uses label-distribution-aware margins (arXiv 1906.07413).</summary>
    public static LongTailFineTunerBuilder UseLdamLoss(this LongTailFineTunerBuilder builder, double maxMargin = 0.5) =>
        builder.UseLoss(new LdamLossOptions { MaxMargin = maxMargin });

    /// <summary>Uses cross-entropy weighted by the effective number of samples (arXiv 1901.05555).</summary>
    public static LongTailFineTunerBuilder UseClassBalancedLoss(this LongTailFineTunerBuilder builder, double beta = 0.9999) =>
        builder.UseLoss(new ClassBalancedLossOptions { Beta = beta });

    /// <summary>Uses cross-entropy weighted by the inverse class share (generalised re-weighting, arXiv 2103.16370).</summary>
    public static LongTailFineTunerBuilder UseGeneralizedReweightLoss(this LongTailFineTunerBuilder builder, double exponent = 1) =>
        builder.UseLoss(new GeneralizedReweightLossOptions { Exponent = exponent });

    /// <summary>Uses balanced softmax (arXiv 2007.10740).</summary>
    public static LongTailFineTunerBuilder UseBalancedSoftmaxLoss(this LongTailFineTunerBuilder builder) =>
        builder.UseLoss(new BalancedSoftmaxLossOptions());

    /// <summary>Uses the logit-adjusted loss (arXiv 2007.07314).</summary>
    public static LongTailFineTunerBuilder UseLogitAdjustedLoss(this LongTailFineTunerBuilder builder, double tau = 1.0) =>
        builder.UseLoss(new LogitAdjustedLossOptions { Tau = tau });

    /// <summary>Uses label distribution disentangling (arXiv 2012.00321).</summary>
    public static LongTailFineTunerBuilder UseLadeLoss(this LongTailFineTunerBuilder builder, double lambda = 0.1, double weight = 0.1) =>
        builder.UseLoss(new LadeLossOptions { Lambda = lambda, Weight = weight });

    /// <summary>
    /// Uses the logit-adjusted loss with the classes that the untouched backbone takes for similar (CUE, arXiv 2605.01309). It needs a
    /// backbone with a text encoder.
    /// </summary>
    public static LongTailFineTunerBuilder UseNeighborAwareLoss(this LongTailFineTunerBuilder builder, int neighbors = 5) =>
        builder.UseLoss(new NeighborAwareLossOptions { Neighbors = neighbors });
}
