using SkiaSharp;

namespace LiftPlus.Cli.Checking;

/// <summary>Gives each group one colour in every image. The palette (Okabe and Ito's) is safe for colour-blind readers.</summary>
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
