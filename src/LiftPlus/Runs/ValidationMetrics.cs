using LiftPlus.Data;
using LiftPlus.Inference;

namespace LiftPlus.Runs;

/// <summary>Reads the value of a <see cref="ValidationMetric"/> from a report.</summary>
internal static class ValidationMetrics
{
    /// <summary>Returns the value of the metric, in percent.</summary>
    public static double GetValue(this ValidationMetric metric, EvaluationReport report) =>
        metric switch
        {
            ValidationMetric.Overall => report.Metrics.Overall,
            ValidationMetric.Few => report.Metrics.Few!.Value, // Check has seen to it
            _ => report.Metrics.MeanClass,
        };

    /// <summary>Checks before training that validation will give the metric.</summary>
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
                $"{setting} compares models by {metric}, but the validation set has no image of a class "
                    + $"with fewer than 20 training images; choose {ValidationMetric.MeanClass}."
            );
        }
    }
}
