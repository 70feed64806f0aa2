namespace LiftPlus.Reports;

/// <summary>Represents the size of a drawing. Phones get a narrow drawing, so that text stays readable.</summary>
/// <param name="Name">The CSS class of the drawing.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
internal sealed record ChartSize(string Name, int Width, int Height)
{
    public static readonly ChartSize Wide = new("wide", 920, 380),
        Narrow = new("narrow", 390, 320),
        Small = new("small", 400, 230);
}
