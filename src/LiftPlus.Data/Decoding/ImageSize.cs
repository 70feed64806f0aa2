namespace LiftPlus;

/// <summary>Represents an image's size in pixels.</summary>
/// <param name="Width">The number of columns.</param>
/// <param name="Height">The number of rows.</param>
public readonly record struct ImageSize(int Width, int Height);
