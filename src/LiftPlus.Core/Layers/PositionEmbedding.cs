using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Resamples a learned position embedding: a row for each token that belongs to no place, then one for each place of a square grid, row by
/// row.
/// </summary>
internal static class PositionEmbedding
{
    /// <summary>
    /// Computes the embedding for another grid. Places are resampled as the pixels of an image with D channels (bicubic, antialiased,
    /// half-pixel centers), as in timm; the other rows stay the same.
    /// </summary>
    /// <param name="rows">The embedding (g + n², D).</param>
    /// <param name="globalTokens">Rows g that belong to no place.</param>
    /// <param name="grid">Side m of the new grid.</param>
    /// <returns>The embedding (g + m², D).</returns>
    public static Tensor Resample(Tensor rows, long globalTokens, long grid)
    {
        using DisposeScope scope = NewDisposeScope();
        long places = rows.shape[0] - globalTokens,
            side = (long)Math.Sqrt(places),
            width = rows.shape[1];
        Tensor image = rows.narrow(0, globalTokens, places).view(1, side, side, width).permute(0, 3, 1, 2).contiguous(); // (1, D, n, n)
        image = nn.functional.interpolate(image, [grid, grid], mode: InterpolationMode.Bicubic, align_corners: false, antialias: true);
        Tensor resampled = image.permute(0, 2, 3, 1).reshape(grid * grid, width);
        return cat([rows.narrow(0, 0, globalTokens), resampled], 0).MoveToOuterDisposeScope();
    }
}
