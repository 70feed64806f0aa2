namespace LiftPlus.Data;

/// <summary>One draw of a sampler.</summary>
/// <param name="Index">The image's index in its dataset.</param>
/// <param name="Occurrence">How often the image has already come in the epoch.</param>
internal readonly record struct OrderedPlace(int Index, int Occurrence);
