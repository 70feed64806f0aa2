using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Sets the built-in augmentations of a recipe.</summary>
public static class AugmentationBuilderExtensions
{
    /// <summary>Uses minimalist augmentation (arXiv 2504.13282).</summary>
    public static LongTailFineTunerBuilder UseMinimalistAugmentation(
        this LongTailFineTunerBuilder builder,
        ScheduleShape schedule = ScheduleShape.Convex
    ) => builder.UseAugmentation(new MinimalistAugmentationOptions { Schedule = schedule });

    /// <summary>Uses random resized crops and horizontal flips, as LIFT does (arXiv 2309.10019).</summary>
    public static LongTailFineTunerBuilder UseClassicAugmentation(this LongTailFineTunerBuilder builder) =>
        builder.UseAugmentation(new ClassicAugmentationOptions());

    /// <summary>
    /// Leaves the training images as they are. With <see cref="LongTailFineTunerBuilder.UseClassifierOnly"/> the features of each image are
    /// then computed once, before the first epoch, and kept in memory: a linear probe in seconds. The result is that of reading the images
    /// in every epoch, up to rounding.
    /// </summary>
    public static LongTailFineTunerBuilder UseNoAugmentation(this LongTailFineTunerBuilder builder) =>
        builder.UseAugmentation(new NoAugmentationOptions());
}
