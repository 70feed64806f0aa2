namespace LiftPlus;

/// <summary>Represents an image that is worth labelling.</summary>
/// <param name="Index">The image's place in the list.</param>
/// <param name="Name">The image's file or name.</param>
/// <param name="Label">The label that the model predicts.</param>
/// <param name="Margin">The probability of that label minus the next one, 0 to 1.</param>
public sealed record LabelingChoice(int Index, string Name, int Label, double Margin);
