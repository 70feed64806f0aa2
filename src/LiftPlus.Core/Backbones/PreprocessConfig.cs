using System.Collections.Immutable;
using LiftPlus.Data;

namespace LiftPlus.Backbones;

/// <summary>
/// Represents what a backbone expects of its images: they are resized and cropped to <see cref="ImageSize"/>, and then each channel is
/// (value / 255 - mean) / std. It belongs to the weights, so the preprocessing file of a weight folder wins over these defaults.
/// </summary>
public sealed record PreprocessConfig
{
    /// <summary>The channel means of CLIP's training images (R, G, B), from 0 to 1.</summary>
    public static readonly ImmutableArray<float> ClipMean = [0.48145466f, 0.4578275f, 0.40821073f];

    /// <summary>The channel standard deviations of CLIP's training images (R, G, B), from 0 to 1.</summary>
    public static readonly ImmutableArray<float> ClipStd = [0.26862954f, 0.26130258f, 0.27577711f];

    /// <summary>The channel means of ImageNet-1K (R, G, B), from 0 to 1.</summary>
    public static readonly ImmutableArray<float> ImageNetMean = [0.485f, 0.456f, 0.406f];

    /// <summary>The channel standard deviations of ImageNet-1K (R, G, B), from 0 to 1.</summary>
    public static readonly ImmutableArray<float> ImageNetStd = [0.229f, 0.224f, 0.225f];

    /// <summary>0.5 for every channel: mean and standard deviation of the ImageNet-21K vision transformers.</summary>
    public static readonly ImmutableArray<float> Half = [0.5f, 0.5f, 0.5f];

    /// <summary>The preprocessing of CLIP at 224 pixels.</summary>
    internal static readonly PreprocessConfig Clip = new();

    /// <summary>The preprocessing of networks trained on ImageNet-1K, and of DINOv2, at 224 pixels.</summary>
    internal static readonly PreprocessConfig ImageNet = new() { Mean = ImageNetMean, Std = ImageNetStd };

    /// <summary>The preprocessing of the ImageNet-21K vision transformers at 224 pixels: values from -1 to 1.</summary>
    internal static readonly PreprocessConfig Centered = new() { Mean = Half, Std = Half };

    /// <summary>The preprocessing of SigLIP at 224 pixels: squashed, values from -1 to 1.</summary>
    internal static readonly PreprocessConfig Squashed = Centered with { Squash = true };

    /// <summary>The preprocessing of DINOv3 at 224 pixels: squashed with the bilinear filter.</summary>
    internal static readonly PreprocessConfig Dinov3 = ImageNet with { Squash = true, Filter = ResizeFilter.Bilinear };

    /// <summary>The preprocessing of the DINOv3 models of satellite images (SAT-493M).</summary>
    internal static readonly PreprocessConfig Dinov3Satellite = Dinov3 with
    {
        Mean = [0.430f, 0.411f, 0.296f],
        Std = [0.213f, 0.156f, 0.143f],
    };

    /// <summary>Gets the side of the square input in pixels.</summary>
    /// <value>The default value is 224.</value>
    public int ImageSize { get; init; } = 224;

    /// <summary>Gets the mean of each channel (R, G, B), from 0 to 1.</summary>
    /// <value>The default value is CLIP's.</value>
    public ImmutableArray<float> Mean { get; init; } = ClipMean;

    /// <summary>Gets the standard deviation of each channel (R, G, B), from 0 to 1 and greater than 0.</summary>
    /// <value>The default value is CLIP's.</value>
    public ImmutableArray<float> Std { get; init; } = ClipStd;

    /// <summary>
    /// Gets whether both sides are resized to <see cref="ImageSize"/>, which changes the shape of what is seen, as SigLIP does.
    /// </summary>
    /// <value>The default value is false: the short side is resized, and the long side is cut.</value>
    public bool Squash { get; init; }

    /// <summary>Gets the interpolation.</summary>
    /// <value>The default value is <see cref="ResizeFilter.Bicubic"/>.</value>
    public ResizeFilter Filter { get; init; }

    /// <summary>Gets how images become squares.</summary>
    internal ImageResizing Resizing => new(Squash, Filter);

    /// <summary>Returns whether sizes, numbers and resizing are equal.</summary>
    public bool Equals(PreprocessConfig? other) =>
        other is not null
        && ImageSize == other.ImageSize
        && Resizing == other.Resizing
        && Mean.SequenceEqual(other.Mean)
        && Std.SequenceEqual(other.Std);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(ImageSize, Resizing, Mean.Length == 0 ? 0 : Mean[0], Std.Length == 0 ? 0 : Std[0]);
}
