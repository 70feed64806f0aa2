namespace LiftPlus;

/// <summary>Reports how far a check of a dataset's files is.</summary>
/// <param name="Done">The number of images checked so far.</param>
/// <param name="Total">The number of images to check.</param>
public readonly record struct DatasetCheckProgress(int Done, int Total);
