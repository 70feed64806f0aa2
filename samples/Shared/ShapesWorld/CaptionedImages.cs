namespace LiftPlus.Samples.Shapes;

/// <summary>Represents an image of the pre-training world, with what a caption may say about it.</summary>
/// <param name="Thing">What is drawn.</param>
/// <param name="Large">Whether it is large; null if captions do not name the size.</param>
/// <param name="Background">The background; null if captions do not name it.</param>
/// <param name="Image">The pixels.</param>
public sealed record CaptionedImage(Thing Thing, bool? Large, string? Background, DrawnImage Image);

/// <summary>
/// Draws the pre-training world: every combination of words, in the clean style and, for stronger foundations, also in the style of
/// ShapesLT, with captions in many wordings.
/// </summary>
public static class CaptionedImages
{
    private static readonly string[] s_templates =
    [
        "a photo of a {0}.",
        "a photo of a {0}.",
        "a drawing of a {0}.",
        "a picture of a {0}.", // a word of TinyClip's vocabulary
        "an image of the {0}.",
        "{0}",
        "a {0}.",
        "this is a {0}.",
    ];

    /// <summary>Gets the backgrounds that captions may name.</summary>
    public static IReadOnlyList<string> BackgroundWords { get; } = [.. Styles.LightBackgrounds, .. Styles.DarkBackgrounds];

    /// <summary>Draws image <paramref name="index"/> of a thing. It depends only on (seed, split, thing, index).</summary>
    public static CaptionedImage Draw(int seed, Split split, int thing, int index, int size)
    {
        Dice dice = new(seed, (int)split, thing, index);
        bool large = dice.Chance(0.5);
        Thing what = Words.AllThings[thing];
        string background = Styles.CleanBackground(what.Colour, ref dice);
        Look look = Styles.Clean(what, large, background, ref dice);
        return new CaptionedImage(what, large, background, Painter.Paint(what, look, size, ref dice));
    }

    /// <summary>
    /// Draws an image of a thing in the style of ShapesLT. The split is one of its keys, so it is never an image of the task, which has
    /// other splits.
    /// </summary>
    public static CaptionedImage DrawInTaskStyle(int seed, Split split, int thing, int index, int size)
    {
        Dice dice = new(seed, (int)split, thing, index);
        Thing what = Words.AllThings[thing];
        Look look = Styles.Wild(what, ref dice);
        return new CaptionedImage(what, null, null, Painter.Paint(what, look, size, ref dice));
    }

    /// <summary>Writes a caption: always with the three words, in one of two orders, and sometimes with size and background.</summary>
    public static string Caption(CaptionedImage image, ref Dice dice) => Caption(image.Thing, image.Large, image.Background, ref dice);

    public static string Caption(Thing thing, bool? large, string? background, ref Dice dice)
    {
        string name = dice.Chance(0.75) ? thing.Name : $"{thing.Colour} {thing.Fill} {thing.Shape}";
        if (dice.Chance(0.2) && large is bool isLarge)
            name = $"{(isLarge ? "large" : "small")} {name}";
        if (dice.Chance(0.2) && background is not null)
            name = $"{name} on a {background} background";
        return string.Format(null, dice.Pick(s_templates), name);
    }
}

/// <summary>Specifies the part of a dataset that an image belongs to. It is one of the keys of the random numbers.</summary>
public enum Split
{
    Pretraining = 1,
    HeldOut = 2,
    Train = 3,
    Test = 4,
}
