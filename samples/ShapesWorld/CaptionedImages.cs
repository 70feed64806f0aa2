namespace LiftPlus.Samples.Shapes;

/// <summary>An image of the pre-training world and what a caption may say about it.</summary>
public sealed record CaptionedImage(Thing Thing, bool Large, string Background, DrawnImage Image);

/// <summary>The pre-training world: images in the clean style, every combination of words, and captions in many wordings.</summary>
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

    /// <summary>The backgrounds that captions may name.</summary>
    public static IReadOnlyList<string> BackgroundWords { get; } = [.. Styles.LightBackgrounds, .. Styles.DarkBackgrounds];

    /// <summary>Draws image <paramref name="index"/> of a thing; depends on (seed, split, thing, index) alone.</summary>
    public static CaptionedImage Draw(int seed, Split split, int thing, int index, int size)
    {
        Dice dice = new(seed, (int)split, thing, index);
        bool large = dice.Chance(0.5);
        Thing what = Words.AllThings[thing];
        string background = Styles.CleanBackground(what.Colour, ref dice);
        Look look = Styles.Clean(what, large, background, ref dice);
        return new CaptionedImage(what, large, background, Painter.Paint(what, look, size, ref dice));
    }

    /// <summary>One wording of the image: the words always, the size and the background at times, in one of two orders.</summary>
    public static string Caption(CaptionedImage image, ref Dice dice) => Caption(image.Thing, image.Large, image.Background, ref dice);

    public static string Caption(Thing thing, bool large, string background, ref Dice dice)
    {
        string name = dice.Chance(0.75) ? thing.Name : $"{thing.Colour} {thing.Fill} {thing.Shape}";
        if (dice.Chance(0.2))
            name = $"{(large ? "large" : "small")} {name}";
        if (dice.Chance(0.2))
            name = $"{name} on a {background} background";
        return string.Format(null, dice.Pick(s_templates), name);
    }
}

/// <summary>Which part of a dataset an image belongs to; a key of its random numbers.</summary>
public enum Split
{
    Pretraining = 1,
    HeldOut = 2,
    Train = 3,
    Test = 4,
}
