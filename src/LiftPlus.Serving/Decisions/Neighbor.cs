namespace LiftPlus;

/// <summary>Represents a training image that is like another image.</summary>
/// <param name="Path">The image's file, below the folder that contains all training images, or the name of its source.</param>
/// <param name="Label">Its class, 0-based.</param>
/// <param name="ClassName">The name of its class.</param>
/// <param name="Similarity">The cosine of the angle between the features of both: 1 for the same direction.</param>
public readonly record struct Neighbor(string Path, int Label, string ClassName, float Similarity);
