using LiftPlus.Metrics;

namespace LiftPlus.Cli.Outputs;

/// <summary>Represents the accuracies of an evaluation in JSON, in percent; null for a group without test images.</summary>
internal sealed record Figures(long Images, double Overall, double Mean, double? Many, double? Medium, double? Few)
{
    public static Figures From(ClassificationMetrics metrics) =>
        new(metrics.Count, metrics.Overall, metrics.MeanClass, metrics.Many, metrics.Medium, metrics.Few);
}
