namespace LiftPlus.Losses;

/// <summary>Represents what a backbone knows about the classes before it is trained.</summary>
/// <param name="OfClasses">The classes whose texts are nearest to each class, (C, K), without the class itself.</param>
/// <param name="OfImages">
/// The classes that zero-shot classification finds likeliest for each training image, (N, K), without the image's own class; -1 in the rows
/// of images that were not read.
/// </param>
internal sealed record ClassNeighbors(int[,] OfClasses, int[,] OfImages);
