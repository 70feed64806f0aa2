using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Runs;

namespace LiftPlus.Sweeps;

/// <summary>Represents the repeated hold-outs of a sweep.</summary>
internal sealed record SweepSplits(ImmutableArray<(ImageDataset Train, ImageDataset HeldOut)> All)
{
    /// <summary>Gets the number of held-out images divided by that of training images.</summary>
    public double Overlap => All.Average(split => (double)split.HeldOut.Count / split.Train.Count);

    /// <exception cref="LiftPlusException">No image would be held out.</exception>
    public static SweepSplits Create(ImageDataset data, SweepOptions options) =>
        new([
            .. Enumerable
                .Range(0, options.Repeats)
                .Select(repeat =>
                    data.HoldOut(
                        options.Validation.Share,
                        unchecked(options.Seed + repeat),
                        options.Validation.MinimumPerClass,
                        options.Group
                    )
                ),
        ]);

    /// <summary>Checks before training that every repeat will give the metrics of the sweep and of the recipes.</summary>
    /// <exception cref="LiftPlusException">A repeat holds out no image of the classes that a metric is about.</exception>
    public void Check(ReportMeasure metric, IReadOnlyList<SweepEntry> entries)
    {
        ShotGroup? wanted = metric switch
        {
            ReportMeasure.Many => ShotGroup.Many,
            ReportMeasure.Medium => ShotGroup.Medium,
            ReportMeasure.Few => ShotGroup.Few,
            _ => null,
        };
        foreach ((ImageDataset train, ImageDataset heldOut) in All)
        {
            foreach (SweepEntry entry in entries)
                entry.Recipe.Training.Check(train, heldOut);
            if (wanted is ShotGroup group && !heldOut.Any(image => train.Classes.GroupOf(image.Label) == group))
                throw new LiftPlusException(
                    $"The sweep compares accuracies {metric.Where()}, but a repeat holds out no image of such a class. "
                        + $"Choose another {nameof(SweepOptions)}.{nameof(SweepOptions.Metric)}, or hold out more images."
                );
        }
    }
}
