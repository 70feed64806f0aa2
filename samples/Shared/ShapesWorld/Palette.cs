using SkiaSharp;

namespace LiftPlus.Samples.Shapes;

/// <summary>Maps names to colours, with jitter.</summary>
internal static class Palette
{
    private static readonly Dictionary<string, (float Hue, float Saturation, float Value)> s_colours = new()
    {
        ["red"] = (0, 0.95f, 0.9f),
        ["orange"] = (28, 0.98f, 0.98f),
        ["yellow"] = (54, 0.95f, 0.97f),
        ["green"] = (128, 0.85f, 0.68f),
        ["cyan"] = (183, 0.85f, 0.92f),
        ["blue"] = (224, 0.9f, 0.88f),
        ["purple"] = (274, 0.8f, 0.68f),
        ["pink"] = (330, 0.5f, 1f),
        ["brown"] = (22, 0.75f, 0.42f),
        ["gray"] = (0, 0, 0.55f),
        ["black"] = (0, 0, 0.08f),
        ["white"] = (0, 0, 0.98f),
    };

    private static readonly Dictionary<string, (float Hue, float Saturation, float Value)> s_backgrounds = new()
    {
        ["white"] = (0, 0, 0.99f),
        ["gray"] = (0, 0, 0.78f),
        ["light blue"] = (212, 0.22f, 0.98f),
        ["light green"] = (120, 0.2f, 0.95f),
        ["light yellow"] = (56, 0.25f, 0.99f),
        ["light pink"] = (345, 0.18f, 0.99f),
        ["black"] = (0, 0, 0.1f),
        ["dark blue"] = (225, 0.5f, 0.28f),
        ["dark green"] = (140, 0.45f, 0.24f),
    };

    public static SKColor Of(string name, float hueJitter, float lightJitter, ref Dice dice)
    {
        (float hue, float saturation, float value) = s_colours[name];
        return Hsv(
            hue + dice.Range(-hueJitter, hueJitter),
            saturation * (1 - dice.Range(0, lightJitter)),
            value * (1 - dice.Range(-lightJitter, lightJitter))
        );
    }

    public static SKColor Background(string name, ref Dice dice)
    {
        (float hue, float saturation, float value) = s_backgrounds[name];
        return Hsv(hue + dice.Range(-6, 6), saturation * dice.Range(0.85, 1.15), value * dice.Range(0.96, 1.01));
    }

    /// <summary>Returns a colour with low saturation and the given lightness.</summary>
    public static SKColor Muted(double low, double high, ref Dice dice) =>
        Hsv(dice.Range(0, 360), dice.Range(0, 0.35), dice.Range(low, high));

    public static SKColor Shade(SKColor colour, float factor) =>
        new((byte)(colour.Red * factor), (byte)(colour.Green * factor), (byte)(colour.Blue * factor));

    private static SKColor Hsv(float hue, float saturation, float value) =>
        SKColor.FromHsv((hue + 360) % 360, Math.Clamp(saturation, 0, 1) * 100, Math.Clamp(value, 0, 1) * 100);
}
