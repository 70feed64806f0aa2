namespace LiftPlus.Samples.Pretraining;

/// <summary>
/// Represents how good a foundation TinyClip becomes for ShapesLT: how long it is trained, and how much of its world looks like the task.
/// </summary>
/// <param name="Name">The name on the command line and in file names.</param>
/// <param name="Title">The name in reports.</param>
/// <param name="Steps">The number of optimiser steps.</param>
/// <param name="TaskStyle">The share of the images that are drawn in the style of ShapesLT. They are never images of the task.</param>
internal sealed record Strength(string Name, string Title, int Steps, double TaskStyle)
{
    /// <summary>Gets the strengths, from the weakest to the strongest.</summary>
    public static IReadOnlyList<Strength> All { get; } =
    [
        new("glimpse", "other styles only, briefly", 250, 0),
        new("other-styles", "other styles only", 1500, 0),
        new("some-style", "a quarter in the style of the task", 750, 0.25),
        new("every-style", "every style and every word", 1500, 0.5),
    ];

    /// <summary>Gets the strength of samples/assets/tiny-clip, which the samples fine-tune.</summary>
    public static Strength Strong => All[^1];

    /// <summary>Gets the strength of samples/assets/tiny-clip-other-styles.</summary>
    public static Strength Weak => All[1];

    /// <summary>Finds a strength by name.</summary>
    /// <exception cref="LiftPlusException">No strength has the name.</exception>
    public static Strength Find(string name) =>
        All.FirstOrDefault(strength => strength.Name == name)
        ?? throw new LiftPlusException(
            $"Unknown strength '{name}'. Known strengths: '{string.Join("', '", All.Select(strength => strength.Name))}'."
        );
}
