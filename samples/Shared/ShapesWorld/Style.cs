using SkiaSharp;

namespace LiftPlus.Samples.Shapes;

/// <summary>
/// Chooses looks in two rendering styles, the two sides of the domain gap. The clean style, for pre-training, has plain backgrounds, turns
/// of at most 60 degrees, thin outlines in the colour of the thing, and no noise. The wild style, for ShapesLT, has textured backgrounds,
/// turns of up to 90 degrees, other sizes, aspects and fill directions, dark, light or dashed outlines, shadows, bars in front, haze,
/// coloured light and noise.
/// </summary>
internal static class Styles
{
    /// <summary>The light backgrounds of the clean style; <see cref="DarkBackgrounds"/> are the dark ones.</summary>
    public static readonly IReadOnlyList<string> LightBackgrounds =
    [
        "white",
        "gray",
        "light blue",
        "light green",
        "light yellow",
        "light pink",
    ];

    public static readonly IReadOnlyList<string> DarkBackgrounds = ["black", "dark blue", "dark green"];

    /// <summary>Picks a background that contrasts with the colour.</summary>
    public static string CleanBackground(string colour, ref Dice dice) =>
        colour switch
        {
            "white" => dice.Pick(DarkBackgrounds),
            "black" or "brown" or "gray" => dice.Pick(LightBackgrounds),
            _ => dice.Pick(dice.Chance(0.3) ? DarkBackgrounds : LightBackgrounds),
        };

    /// <summary>Picks the look of a clean image. Captions may name the size and the background, so the caller chooses these.</summary>
    public static Look Clean(Thing thing, bool large, string background, ref Dice dice)
    {
        SKColor colour = Palette.Of(thing.Colour, hueJitter: 6, lightJitter: 0.08f, ref dice);
        SKColor back = Palette.Background(background, ref dice);
        bool brightLines = thing.Colour is not ("white" or "gray") && (thing.Colour is "black" or "brown" || dice.Chance(0.7));
        return new Look
        {
            Colour = colour,
            SecondColour = brightLines ? new SKColor(250, 250, 250) : new SKColor(30, 30, 35),
            Backdrop = new Backdrop(
                dice.Chance(0.4) ? BackdropKind.Gradient : BackdropKind.Plain,
                back,
                Palette.Shade(back, dice.Range(0.75, 1.0)),
                dice.Range(0, 360)
            ),
            Radius = large ? dice.Range(0.35, 0.46) : dice.Range(0.24, 0.33),
            Centre = new SKPoint(dice.Range(0.45, 0.55), dice.Range(0.45, 0.55)),
            Rotation = dice.Range(-60, 60),
            FillAngle = dice.Pick([0f, 45f, 90f, 135f]) + dice.Range(-10, 10),
            FillPeriod = dice.Range(0.48, 0.65),
            OutlineWidth = dice.Chance(0.2) ? 0 : dice.Range(0.08, 0.14),
            OutlineColour = Palette.Shade(colour, 0.8f),
        };
    }

    /// <summary>Picks the look of a ShapesLT image.</summary>
    public static Look Wild(Thing thing, ref Dice dice)
    {
        SKColor colour = Palette.Of(thing.Colour, hueJitter: 6, lightJitter: 0.1f, ref dice);
        BackdropKind kind = dice.Pick([BackdropKind.Gradient, BackdropKind.Lines, BackdropKind.Blobs, BackdropKind.Tiles]);
        float brightness = dice.Range(0.8, 1.05);
        return new Look
        {
            Colour = colour,
            SecondColour =
                dice.Chance(0.5) ? Palette.Shade(colour, 0.25f)
                : dice.Chance(0.5) ? new SKColor(245, 245, 245)
                : new SKColor(25, 25, 25),
            Backdrop = new Backdrop(kind, Palette.Muted(0.2, 0.75, ref dice), Palette.Muted(0.15, 0.8, ref dice), dice.Range(0, 360)),
            Radius = dice.Range(0.3, 0.46),
            Centre = new SKPoint(dice.Range(0.45, 0.55), dice.Range(0.45, 0.55)),
            Rotation = dice.Range(-90, 90),
            Aspect = dice.Range(0.88, 1.14),
            FillAngle = dice.Range(0, 360),
            FillPeriod = dice.Range(0.48, 0.65),
            OutlineWidth = dice.Chance(0.25) ? 0 : dice.Range(0.06, 0.14),
            OutlineColour = dice.Pick([new SKColor(15, 15, 15), new SKColor(245, 245, 245), Palette.Shade(colour, 0.5f)]),
            OutlineDashed = dice.Chance(0.4),
            Shadow = dice.Chance(0.4) ? dice.Range(0.02, 0.05) : 0,
            Occluders = dice.Chance(0.15) ? 1 : 0,
            OccluderColour = Palette.Muted(0.2, 0.8, ref dice),
            Haze = dice.Range(0.24, 0.36),
            HazeLevel = dice.Range(130, 170),
            Noise = dice.Range(2, 12),
            Light = (brightness * dice.Range(0.95, 1.05), brightness * dice.Range(0.97, 1.03), brightness * dice.Range(0.95, 1.05)),
        };
    }
}
