using LiftPlus.Data;
using LiftPlus.Inference;
using LiftPlus.Metrics;

namespace LiftPlus.Runs;

/// <summary>Reads the value of a <see cref="ValidationMetric"/> from a report.</summary>
internal static class ValidationMetrics
{
    /// <summary>Returns the value of the metric, in percent.</summary>
    public static double GetValue(this ValidationMetric metric, ClassificationMetrics result) =>
        metric switch
        {
            ValidationMetric.Overall => result.Overall,
            ValidationMetric.Few => result.Few!.Value, // Check has seen to it
            _ => result.MeanClass,
        };

    /// <summary>Checks before training that validation will give the metric.</summary>
    /// <exception cref="LiftPlusException">
    /// There is no validation set although early stopping needs one, or none of its classes is few-shot although the metric is.
    /// </exception>
    public static void Check(this TrainingOptions options, ImageDataset train, ImageDataset? validation)
    {
        if (validation is null)
        {
            if (options.EarlyStopping is not null)
                throw new LiftPlusException(
                    "Training.EarlyStopping watches the validation accuracy, but there is no validation set; pass one, or leave it out."
                );
            return;
        }

        var labels = ClassNameMap.Match(validation.ClassNames, train.ClassNames);
        if (options.Metric != ValidationMetric.Few)
            return;
        bool few = validation
            .Classes.Counts.Where((count, label) => count > 0 && train.Classes.GroupOf(labels[label]) == ShotGroup.Few)
            .Any();
        if (!few)
        {
            throw new LiftPlusException(
                $"Training.Metric is {ValidationMetric.Few}, but the validation set has no image of a class with fewer than 20 training "
                    + $"images; choose {ValidationMetric.MeanClass}."
            );
        }
    }
}
