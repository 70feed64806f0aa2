namespace LiftPlus.Reports;

/// <summary>A drawing's size: letters stay readable because a phone is shown a drawing of its own.</summary>
/// <param name="Name">The page's class for it.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
internal sealed record ChartSize(string Name, int Width, int Height)
{
    public static readonly ChartSize Wide = new("wide", 920, 380),
        Narrow = new("narrow", 390, 320),
        Small = new("small", 400, 230);
}
