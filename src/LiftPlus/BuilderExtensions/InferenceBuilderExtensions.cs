namespace LiftPlus;

/// <summary>Sets how the trained model of a recipe classifies.</summary>
public static class InferenceBuilderExtensions
{
    /// <summary>Averages the logits of five crops at test time: the four corners and the centre.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="expand">
    /// The number of pixels by which the short side exceeds the input after resizing. The default is 24 at 224 pixels and in proportion at
    /// other sizes, rounded.
    /// </param>
    /// <param name="mirrorCrops">True to average the mirrored crops as well: ten in place of five.</param>
    public static LongTailFineTunerBuilder UseTestTimeEnsemble(
        this LongTailFineTunerBuilder builder,
        int? expand = null,
        bool mirrorCrops = false
    ) => builder.UseInference(inference => inference with { TestTimeEnsemble = true, Expand = expand, MirrorCrops = mirrorCrops });
}
