using LiftPlus.Data;
using LiftPlus.Metrics;

namespace LiftPlus;

/// <summary>The accuracy on the validation set that models of one run are compared by.</summary>
public enum ValidationMetric
{
    /// <summary>The mean over classes: head and tail count alike.</summary>
    MeanClass,

    /// <summary>Over all images.</summary>
    Overall,

    /// <summary>The mean over the classes with fewer than 20 training images; the validation set must have images of some.</summary>
    Few,
}

internal static class ValidationMetrics
{
    /// <summary>The value, in percent.</summary>
    public static double Of(this ValidationMetric metric, EvaluationReport report) =>
        metric switch
        {
            ValidationMetric.Overall => report.Metrics.Overall,
            ValidationMetric.Few => report.Metrics.Few!.Value, // Check has seen to it
            _ => report.Metrics.MeanClass,
        };

    /// <summary>Finds before training what would be missing after the first epoch.</summary>
    /// <exception cref="LiftPlusException">There is no validation set, or none of its classes is few-shot.</exception>
    public static void Check(this ValidationMetric metric, string setting, ImageDataset train, ImageDataset? validation)
    {
        if (validation is null)
            throw new LiftPlusException(
                $"{setting} compares models by {metric}, but there is no validation set; pass one, or leave the setting out."
            );
        var labels = ClassNameMap.Match(validation.ClassNames, train.ClassNames);
        bool few = validation
            .Classes.Counts.Where((count, label) => count > 0 && train.Classes.GroupOf(labels[label]) == ShotGroup.Few)
            .Any();
        if (metric == ValidationMetric.Few && !few)
        {
            throw new LiftPlusException(
                $"{setting} compares models by {metric}, but the validation set has no image of a class with fewer than 20 training images; choose {ValidationMetric.MeanClass}."
            );
        }
    }
}

/// <summary>The best value so far and the epoch (1-based) that it came after.</summary>
internal sealed record BestValue(double Value, int Epoch)
{
    public static BestValue Of(BestValue? known, double value, int epoch, double margin = 0) =>
        known is null || value > known.Value + margin ? new BestValue(value, epoch) : known;
}
