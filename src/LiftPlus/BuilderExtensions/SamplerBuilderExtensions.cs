using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Sets the built-in samplers of a recipe.</summary>
public static class SamplerBuilderExtensions
{
    /// <summary>Takes every image once each epoch, shuffled (<see cref="ShuffleSampler"/>): the default.</summary>
    public static LongTailFineTunerBuilder UseShuffleSampler(this LongTailFineTunerBuilder builder) =>
        builder.UseSampler(new ShuffleSamplerOptions());

    /// <summary>Draws every class equally often (<see cref="ClassBalancedSampler"/>).</summary>
    public static LongTailFineTunerBuilder UseClassBalancedSampler(this LongTailFineTunerBuilder builder) =>
        builder.UseSampler(new ClassBalancedSamplerOptions());

    /// <summary>Draws classes in proportion to the square root of their counts (<see cref="SquareRootSampler"/>).</summary>
    public static LongTailFineTunerBuilder UseSquareRootSampler(this LongTailFineTunerBuilder builder) =>
        builder.UseSampler(new SquareRootSamplerOptions());

    /// <summary>Takes at most <paramref name="cap"/> images of each class in an epoch (<see cref="CappedSampler"/>).</summary>
    public static LongTailFineTunerBuilder UseCappedSampler(this LongTailFineTunerBuilder builder, int cap = 100) =>
        builder.UseSampler(new CappedSamplerOptions { Cap = cap });
}
