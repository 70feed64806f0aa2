using SkiaSharp;

namespace LiftPlus.Samples.DatasetReport;

/// <summary>One colour for each group, the same in every image; told apart by colour-blind eyes too (Okabe and Ito's palette).</summary>
internal static class GroupColors
{
    public static readonly ShotGroup[] Groups = [ShotGroup.Many, ShotGroup.Medium, ShotGroup.Few];

    public static SKColor Of(ShotGroup group) =>
        group switch
        {
            ShotGroup.Many => new SKColor(0, 114, 178),
            ShotGroup.Medium => new SKColor(0, 158, 115),
            _ => new SKColor(213, 94, 0),
        };
}
