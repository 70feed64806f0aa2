namespace LiftPlus;

/// <summary>Represents how little an image is like the images of the classes.</summary>
/// <param name="Value">The score of the policy's <see cref="UnknownMeasure"/>; the larger, the less known.</param>
/// <param name="Threshold">The score above which images are called unknown.</param>
public readonly record struct UnknownScore(double Value, double Threshold)
{
    /// <summary>Gets a value that indicates whether the image probably shows none of the classes.</summary>
    public bool IsUnknown => Value > Threshold;
}
