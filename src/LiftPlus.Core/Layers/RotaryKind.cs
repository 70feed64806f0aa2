namespace LiftPlus.Layers;

/// <summary>
/// Represents a rotary position embedding of two axes (arXiv 2104.09864): a quarter of a head's entries are angles of one axis, a quarter
/// of the other.
/// </summary>
/// <param name="Grid">The coordinates of the places.</param>
/// <param name="Base">The base of the frequencies base^(-4k/d), k = 0 to d/4 - 1.</param>
/// <param name="TurnsHalves">Whether entry i is rotated with entry i + d/2; otherwise neighbors are.</param>
/// <param name="StartsWithColumns">Whether the angles of the columns come first.</param>
internal sealed record RotaryKind(RotaryGrid Grid, double Base, bool TurnsHalves, bool StartsWithColumns)
{
    /// <summary>Gets DINOv3's (arXiv 2508.10104).</summary>
    public static RotaryKind Dinov3 { get; } = new(RotaryGrid.Centered, 100, TurnsHalves: true, StartsWithColumns: false);

    /// <summary>Gets that of the Perception Encoder (arXiv 2504.13181).</summary>
    public static RotaryKind PerceptionEncoder { get; } = new(RotaryGrid.Numbered, 10_000, TurnsHalves: false, StartsWithColumns: true);

    /// <summary>Gets that of EVA-02 (arXiv 2303.11331).</summary>
    public static RotaryKind Eva { get; } = new(RotaryGrid.Scaled, 10_000, TurnsHalves: false, StartsWithColumns: false);
}
