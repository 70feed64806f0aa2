namespace LiftPlus;

/// <summary>Represents something that is wrong with an image of a dataset.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Index">The image's index in the dataset.</param>
/// <param name="Label">The given label.</param>
/// <param name="SuggestedLabel">The label that fits better; null if the label is not in doubt.</param>
/// <param name="Score">How sure this is, 0 to 1: comparable within a kind.</param>
/// <param name="OtherIndex">
/// The index of the image that this one is a copy of: in the test set for <see cref="LabelFindingKind.TestCopy"/>, else in the same
/// dataset. Null for other kinds.
/// </param>
public sealed record LabelFinding(LabelFindingKind Kind, int Index, int Label, int? SuggestedLabel, double Score, int? OtherIndex);
