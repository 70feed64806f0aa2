namespace LiftPlus;

/// <summary>Sets the built-in classifiers of a recipe.</summary>
public static class ClassifierBuilderExtensions
{
    /// <summary>Uses the cosine classifier s · unit(x) · unit(w).</summary>
    public static LongTailFineTunerBuilder UseCosineClassifier(
        this LongTailFineTunerBuilder builder,
        double scale = 25,
        ClassifierInitialization initialization = ClassifierInitialization.Auto
    ) => builder.UseClassifier(new CosineClassifierOptions { Scale = scale }, initialization);

    /// <summary>
    /// Uses the text classifier, which compares images with the texts of the classes and has no weights. CoOp, CLIP-Adapter and
    /// methods on the text encoder need it.
    /// </summary>
    public static LongTailFineTunerBuilder UseTextClassifier(this LongTailFineTunerBuilder builder) =>
        builder.UseClassifier(new TextClassifierOptions());

    /// <summary>Uses the linear classifier x · w + b.</summary>
    public static LongTailFineTunerBuilder UseLinearClassifier(
        this LongTailFineTunerBuilder builder,
        bool bias = true,
        ClassifierInitialization initialization = ClassifierInitialization.Auto
    ) => builder.UseClassifier(new LinearClassifierOptions { Bias = bias }, initialization);

    /// <summary>Uses the classifier x · unit(w).</summary>
    public static LongTailFineTunerBuilder UseL2NormClassifier(
        this LongTailFineTunerBuilder builder,
        ClassifierInitialization initialization = ClassifierInitialization.Auto
    ) => builder.UseClassifier(new L2NormClassifierOptions(), initialization);

    /// <summary>Uses the classifier LayerNorm(x) · unit(w).</summary>
    public static LongTailFineTunerBuilder UseLayerNormClassifier(
        this LongTailFineTunerBuilder builder,
        ClassifierInitialization initialization = ClassifierInitialization.Auto
    ) => builder.UseClassifier(new LayerNormClassifierOptions(), initialization);
}
