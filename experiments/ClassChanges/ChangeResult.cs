namespace LiftPlus.Experiments.ClassChanges;

/// <summary>Represents one way to get the new classes. Accuracies are in percent: means over classes and seeds.</summary>
/// <param name="Images">The number of images of each new class.</param>
/// <param name="Words">Whether the names of the classes take part.</param>
/// <param name="Method">"before" without the new classes, "add" without training, "train" from the beginning.</param>
/// <param name="Old">The accuracy on the old classes.</param>
/// <param name="New">The accuracy on the new classes; null where there are none.</param>
/// <param name="All">The accuracy on all classes.</param>
/// <param name="Seconds">The time for all new classes together.</param>
internal sealed record ChangeResult(int Images, bool Words, string Method, double Old, double? New, double All, double Seconds);
