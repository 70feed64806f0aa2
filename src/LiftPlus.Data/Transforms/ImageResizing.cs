namespace LiftPlus.Data;

/// <summary>Represents how a model's images become squares.</summary>
/// <param name="Squash">
/// True if both sides are resized to the same length, whatever the shape; false if the short side is, and the long side is cut.
/// </param>
/// <param name="Filter">The interpolation.</param>
internal readonly record struct ImageResizing(bool Squash, ResizeFilter Filter)
{
    /// <summary>Returns what is done, as the rest of a sentence.</summary>
    public override string ToString() =>
        $"{(Squash ? "squashes images to a square" : "resizes the short side and cuts out the center")} with "
        + $"{(Filter == ResizeFilter.Bilinear ? "bilinear" : "bicubic")} interpolation";
}
