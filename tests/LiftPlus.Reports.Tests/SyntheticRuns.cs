using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Decisions;
using LiftPlus.Metrics;

namespace LiftPlus.Reports.Tests;

/// <summary>Made-up evaluations of any size, the same for the same seed.</summary>
internal static class SyntheticRuns
{
    /// <summary>A long tail of classes from 1,000 training images down to 5, whose accuracy falls with their rank.</summary>
    public static EvaluationReport Report(int classes, int testImages, int seed = 0, double gain = 0, Func<int, string>? name = null)
    {
        var random = new Random(seed);
        var training = new ClassDistribution(
            Enumerable.Range(0, classes).Select(name ?? (c => $"class {c}")),
            Enumerable.Range(0, classes).Select(c => (int)(1000 * Math.Pow(0.005, c / Math.Max(classes - 1.0, 1))))
        );
        List<ImageOutcome> outcomes = [];
        for (int label = 0; label < classes; label++)
        {
            double accuracy = Math.Clamp(0.9 - 0.5 * label / classes + gain + 0.1 * (random.NextDouble() - 0.5), 0, 1);
            for (int i = 0; i < testImages; i++)
            {
                bool right = random.NextDouble() < accuracy;
                int predicted = right ? label : (label + 1 + random.Next(3)) % classes;
                outcomes.Add(
                    new ImageOutcome(
                        outcomes.Count,
                        label,
                        predicted,
                        right || random.NextDouble() < 0.6,
                        (float)Math.Clamp(accuracy + 0.3 * (random.NextDouble() - 0.4), 0.05, 1)
                    )
                );
            }
        }

        return new EvaluationReport
        {
            Metrics = ClassificationMetrics.Compute(outcomes, training),
            Classes = training,
            Outcomes = [.. outcomes],
            ImageNames = [.. outcomes.Select(outcome => $"{training.Names[outcome.Label]}/{outcome.Index}.jpg")],
            Seconds = 12,
            TrainingSeconds = 345,
            TrainedParameters = 17_956,
            Parameters = 1_338_000,
        };
    }

    /// <summary>Noise, one image for each outcome.</summary>
    public static ImageDataset Images(EvaluationReport report, int side = 160)
    {
        var random = new Random(1);
        byte[] pixels = new byte[3 * side * side];
        random.NextBytes(pixels);
        var noise = RgbImage.FromPixels(pixels, side, side);
        return ImageDataset.FromImages(report.Outcomes.Select(outcome => (noise, outcome.Label)), report.Classes.Names);
    }

    public static RunComparison Comparison(int classes = 20) =>
        RunComparison.Create(
            from seed in Enumerable.Range(0, 3)
            from method in ((string, double, long)[])[("Full fine-tuning", -0.05, 801_280), ("Zero-shot", -0.2, 0), ("LIFT+", 0.04, 17_956)]
            select new ComparedRun(
                method.Item1,
                seed,
                Report(classes, 25, seed, method.Item2) with
                {
                    TrainedParameters = method.Item3,
                    TrainingSeconds = method.Item3 == 0 ? null : 20 + method.Item3 / 20_000,
                }
            )
        );

    public static FeatureDiagnostic Diagnostic(double collapse, int classes = 60)
    {
        var random = new Random(2);
        var training = Report(classes, 1).Classes;
        WeightedSample Sample(double mean) => new(Enumerable.Range(0, 400).Select(_ => (mean * (0.6 + 0.8 * random.NextDouble()), 1.0)));
        float[] values = new float[classes * classes];
        for (int i = 0; i < values.Length; i++)
            values[i] = i / classes == i % classes ? 1 : (float)(0.3 + 0.3 * random.NextDouble());
        return new FeatureDiagnostic
        {
            Classes = training,
            Seconds = 3,
            Similarity = new ClassSimilarity { Labels = [.. Enumerable.Range(0, classes)], Values = [.. values] },
            Groups =
            [
                .. Enum.GetValues<ShotGroup>()
                    .Select(group => new GroupDistances
                    {
                        Group = group,
                        Classes = 5,
                        Train = Sample(0.3 - collapse * (int)group),
                        Test = Sample(0.32),
                    }),
            ],
        };
    }

    public static TrainingHistory History()
    {
        var history = new TrainingHistory();
        for (int step = 1; step <= 500; step++)
        {
            double done = step / 500.0;
            history.Record(
                new TrainingProgress
                {
                    Phase = TrainingPhase.Training,
                    Done = step,
                    Total = 500,
                    Step = step,
                    Epoch = 1 + (step - 1) / 100,
                    Epochs = 5,
                    Loss = 4 * Math.Exp(-3 * done) + 0.3,
                    Accuracy = 80 * done,
                    Many = 90 * done,
                    Medium = 80 * done,
                    Few = 70 * done,
                    LearningRate = 0.02 * (1 + Math.Cos(Math.PI * done)) / 2,
                }
            );
            if (step % 100 == 0)
                history.Record(
                    new TrainingProgress
                    {
                        Phase = TrainingPhase.Validating,
                        Step = step,
                        Epoch = step / 100,
                        Validation = Report(20, 10, step, 0.3 * (done - 1)),
                    }
                );
        }

        return history;
    }

    /// <summary>A policy for three classes, measured on images that are as random as those it was fitted on.</summary>
    public static PolicyReport Policy(ImmutableArray<double>? prior = null)
    {
        var random = new Random(3);
        ClassDistribution classes = new(["head", "middle", "tail"], [300, 50, 5]);
        PredictionPolicyOptions options = new() { Coverage = 0.8 };
        PredictionPolicy policy = PolicyFit.Fit(Draw(200), null, classes, new double[3], options) with { Prior = prior };
        return PolicyMeasurement.Measure(policy, Draw(300), Draw(50));

        ScoredImages Draw(int count)
        {
            int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(3))];
            float[] logits = [.. Enumerable.Range(0, 3 * count).Select(i => random.NextSingle() * 3 + (labels[i / 3] == i % 3 ? 1 : 0))];
            return new ScoredImages(new Rows(logits, 3), new Rows(logits, 3), labels);
        }
    }
}
