using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Resamples a learned position embedding: a row for each token that belongs to no place, then one for each place of a square grid, row by
/// row. Places are resampled as the pixels of an image with D channels, with half-pixel centers; the other rows stay the same.
/// </summary>
/// <param name="Filter">Bicubic or bilinear interpolation.</param>
/// <param name="IsAntialiased">Whether the filter is widened where the grid shrinks.</param>
/// <param name="Offset">What is added to the number of new places when the scale is computed, as DINOv2's authors do.</param>
internal sealed record PositionEmbedding(InterpolationMode Filter, bool IsAntialiased, double Offset = 0)
{
    /// <summary>Gets timm's way.</summary>
    public static PositionEmbedding Antialiased { get; } = new(InterpolationMode.Bicubic, IsAntialiased: true);

    /// <summary>Gets that of transformers.</summary>
    public static PositionEmbedding Plain { get; } = new(InterpolationMode.Bicubic, IsAntialiased: false);

    /// <summary>Computes the embedding for another grid.</summary>
    /// <param name="rows">The embedding (g + n², D).</param>
    /// <param name="globalTokens">Rows g that belong to no place.</param>
    /// <param name="height">The number of rows of the new grid.</param>
    /// <param name="width">The number of its columns.</param>
    /// <returns>The embedding (g + height · width, D).</returns>
    public Tensor Resample(Tensor rows, long globalTokens, long height, long width)
    {
        using DisposeScope scope = NewDisposeScope();
        long places = rows.shape[0] - globalTokens,
            side = (long)Math.Sqrt(places),
            channels = rows.shape[1];
        Tensor image = rows.narrow(0, globalTokens, places).view(1, side, side, channels).permute(0, 3, 1, 2).contiguous(); // (1, D, n, n)
        image =
            Offset == 0
                ? nn.functional.interpolate(image, [height, width], mode: Filter, align_corners: false, antialias: IsAntialiased)
                : nn.functional.interpolate(
                    image,
                    scale_factor: [(height + Offset) / side, (width + Offset) / side],
                    mode: Filter,
                    align_corners: false,
                    recompute_scale_factor: false,
                    antialias: IsAntialiased
                );
        Tensor resampled = image.permute(0, 2, 3, 1).reshape(height * width, channels);
        return cat([rows.narrow(0, 0, globalTokens), resampled], 0).MoveToOuterDisposeScope();
    }
}
