using LiftPlus.Metrics;

namespace LiftPlus;

/// <summary>Represents how many more images a class would need for an accuracy.</summary>
/// <param name="ClassName">The name of the class.</param>
/// <param name="Images">The number of images that it has.</param>
/// <param name="Accuracy">The share of its images that are recognised when they are held out, in percent; null for too few images.</param>
/// <param name="Target">The accuracy that is asked for, in percent.</param>
/// <param name="More">
/// The number of images that would have to be added, 0 if the target is reached; null if the images do not tell: they are fewer than 8, the
/// accuracy hardly grows with them, or the target lies beyond ten times as many.
/// </param>
/// <param name="Range">The interval that has that number with 90 %; null together with it.</param>
public sealed record ImageForecast(string ClassName, int Images, double? Accuracy, double Target, int? More, Interval? Range);
