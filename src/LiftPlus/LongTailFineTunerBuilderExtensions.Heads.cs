using LiftPlus.Classifiers;
using LiftPlus.Losses;
using LiftPlus.Sites;

namespace LiftPlus;

public static partial class LongTailFineTunerBuilderExtensions
{
    /// <summary>Uses the cosine head s · unit(x) · unit(w).</summary>
    public static LongTailFineTunerBuilder UseCosineClassifier(
        this LongTailFineTunerBuilder builder,
        double scale = 25,
        ClassifierInitialization initialization = ClassifierInitialization.Auto
    ) => builder.UseClassifier(new CosineClassifierOptions { Scale = scale }, initialization);

    /// <summary>Tells classes apart by their texts, without weights of its own: for learned context, CLIP-Adapter and modules in the text tower.</summary>
    public static LongTailFineTunerBuilder UseTextClassifier(this LongTailFineTunerBuilder builder) =>
        builder.UseClassifier(new TextClassifierOptions());

    /// <summary>Uses the linear head x · w + b.</summary>
    public static LongTailFineTunerBuilder UseLinearClassifier(
        this LongTailFineTunerBuilder builder,
        bool bias = true,
        ClassifierInitialization initialization = ClassifierInitialization.Auto
    ) => builder.UseClassifier(new LinearClassifierOptions { Bias = bias }, initialization);

    /// <summary>Uses the head x · unit(w).</summary>
    public static LongTailFineTunerBuilder UseL2NormClassifier(
        this LongTailFineTunerBuilder builder,
        ClassifierInitialization initialization = ClassifierInitialization.Auto
    ) => builder.UseClassifier(new L2NormClassifierOptions(), initialization);

    /// <summary>Uses the head LayerNorm(x) · unit(w).</summary>
    public static LongTailFineTunerBuilder UseLayerNormClassifier(
        this LongTailFineTunerBuilder builder,
        ClassifierInitialization initialization = ClassifierInitialization.Auto
    ) => builder.UseClassifier(new LayerNormClassifierOptions(), initialization);

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
}
