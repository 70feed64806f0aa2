using LiftPlus.Metrics;

namespace LiftPlus.Display.Tests;

/// <summary>Creates what a run reports.</summary>
internal static class Reports
{
    public static TrainingProgress Training(int done, int total, int epoch = 1) =>
        new()
        {
            Phase = TrainingPhase.Training,
            Done = done,
            Total = total,
            Epoch = epoch,
            Epochs = 2,
            Loss = 0.5,
            Accuracy = 50,
            ImagesPerSecond = 20,
            Remaining = TimeSpan.FromSeconds(total - done),
            Elapsed = TimeSpan.FromSeconds(done),
        };

    public static TrainingProgress Phase(TrainingPhase phase, int done, int total) => Training(done, total) with { Phase = phase };

    public static TrainingProgress Validated(int epoch)
    {
        var classes = new ClassDistribution(["owl", "lynx"], [30, 3]);
        return Training(1, 2, epoch) with
        {
            Validation = new EvaluationReport
            {
                Metrics = ClassificationMetrics.Compute([0, 0, 1], [0, 0, 0], classes),
                Classes = classes,
                Seconds = 1,
            },
        };
    }
}
