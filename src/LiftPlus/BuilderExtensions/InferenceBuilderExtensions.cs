namespace LiftPlus;

/// <summary>Sets how the trained model of a recipe classifies.</summary>
public static class InferenceBuilderExtensions
{
    /// <summary>Averages the logits of five crops at test time: the four corners and the centre.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="expand">How much longer than the input the short side is resized, in pixels; 24 by default.</param>
    /// <param name="mirrorCrops">True to average the mirrored crops as well: ten in place of five.</param>
    public static LongTailFineTunerBuilder UseTestTimeEnsemble(
        this LongTailFineTunerBuilder builder,
        int? expand = null,
        bool mirrorCrops = false
    ) => builder.UseInference(inference => inference with { TestTimeEnsemble = true, Expand = expand, MirrorCrops = mirrorCrops });
}
