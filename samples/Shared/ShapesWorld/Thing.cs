namespace LiftPlus.Samples.Shapes;

/// <summary>Represents what is drawn: a fill, a colour and a shape, such as "striped red triangle".</summary>
public readonly record struct Thing(string Fill, string Colour, string Shape)
{
    /// <summary>Gets the class name: fill, colour and shape.</summary>
    public string Name => $"{Fill} {Colour} {Shape}";

    public override string ToString() => Name;
}

/// <summary>Lists the words of the world. Pre-training uses all of them, ShapesLT only the first ones of each list.</summary>
public static class Words
{
    public const int TaskFills = 6;
    public const int TaskColours = 8;
    public const int TaskShapes = 8;

    public static readonly IReadOnlyList<string> Fills = ["solid", "striped", "dotted", "checkered", "hollow", "faded", "gridded"];

    public static readonly IReadOnlyList<string> Colours =
    [
        "red",
        "orange",
        "yellow",
        "green",
        "cyan",
        "blue",
        "purple",
        "pink",
        "brown",
        "gray",
        "black",
        "white",
    ];

    public static readonly IReadOnlyList<string> Shapes =
    [
        "circle",
        "square",
        "triangle",
        "star",
        "heart",
        "cross",
        "moon",
        "arrow",
        "ring",
        "drop",
        "hexagon",
        "bolt",
    ];

    /// <summary>Lists every thing that pre-training draws.</summary>
    public static IReadOnlyList<Thing> AllThings { get; } =
    [.. from fill in Fills from colour in Colours from shape in Shapes select new Thing(fill, colour, shape)];
}
