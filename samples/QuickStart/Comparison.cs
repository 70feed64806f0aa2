using System.Diagnostics;
using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Metrics;
using LiftPlus.Samples.Shapes;
using Spectre.Console;

namespace LiftPlus.Samples.QuickStart;

/// <summary>What to compare.</summary>
internal sealed record ComparisonOptions
{
    public required int Seeds { get; init; }

    public required string Output { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>The rows wanted; all when empty.</summary>
    public required IReadOnlyList<string> Methods { get; init; }
}

/// <summary>Zero-shot, linear probe, full fine-tuning and LIFT+, on the same pictures from the same backbone.</summary>
internal sealed class Comparison(ComparisonOptions options)
{
    private static readonly string s_tinyClip = Path.Combine(AppContext.BaseDirectory, "tiny-clip");

    public IReadOnlyList<MethodResult> Run(CancellationToken cancellationToken)
    {
        List<MethodResult> results = [];
        AnsiConsole.Progress()
            .HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(console =>
            {
                for (int seed = 0; seed < options.Seeds; seed++)
                    results.AddRange(RunSeed(seed, console, cancellationToken));
            });
        return results;
    }

    private IEnumerable<MethodResult> RunSeed(int seed, ProgressContext console, CancellationToken cancellationToken)
    {
        string Title(string method) => options.Seeds > 1 ? $"{method} (seed {seed})" : method;

        ProgressTask drawing = console.AddTask(Title("Drawing ShapesLT"));
        var world = new ShapesLT(seed);
        ImageDataset train = world.Load(Split.Train), test = world.Load(Split.Test);
        drawing.Value = drawing.MaxValue;

        if (Wanted("Zero-shot"))
        {
            using var zeroShot = new ZeroShotClassifier(Backbone.Load(s_tinyClip), train.Classes);
            yield return Evaluate("Zero-shot", zeroShot, 0, TimeSpan.Zero, test, console.AddTask(Title("Zero-shot")), cancellationToken);
        }

        (string Name, LongTailFineTuner Tuner)[] methods =
        [
            ("Linear probe", Builder(seed).UseHeadOnly().Build()),
            ("Full fine-tuning", Builder(seed).AddPeft(new FullFineTuningOptions()).Build()),
            ("LIFT+", Builder(seed).Build()),
        ];
        foreach ((string name, LongTailFineTuner tuner) in methods.Where(method => Wanted(method.Name)))
        {
            ProgressTask task = console.AddTask(Title(name));
            var clock = Stopwatch.StartNew();
            using FineTunedModel model = tuner.Fit(train, progress: new TrainingReporter(task), cancellationToken: cancellationToken);
            TimeSpan training = clock.Elapsed;
            yield return Evaluate(name, model, model.TrainedParameterCount, training, test, task, cancellationToken);
            if (name != "LIFT+")
                continue;
            model.Inference = model.Inference with { TestTimeEnsemble = true, Expand = 4 };
            yield return Evaluate("LIFT+ with TTE", model, model.TrainedParameterCount, training, test, console.AddTask(Title("LIFT+ with TTE")), cancellationToken);
            if (seed == 0)
                model.Save(options.Output);
        }
    }

    private bool Wanted(string method) => options.Methods.Count == 0 || options.Methods.Contains(method, StringComparer.OrdinalIgnoreCase);

    private LongTailFineTunerBuilder Builder(int seed) => LongTailFineTuner.CreateBuilder()
        .UseBackbone(s_tinyClip)
        .UseTraining(training => training with { Seed = seed, Epochs = options.Epochs, BatchSize = options.BatchSize, LearningRate = options.LearningRate });

    private static MethodResult Evaluate(
        string name, ImageClassifier model, long trained, TimeSpan training, ImageDataset test, ProgressTask task, CancellationToken cancellationToken)
    {
        EvaluationReport report = model.Evaluate(test, new EvaluationReporter(task), cancellationToken);
        ClassificationMetrics metrics = report.Metrics;
        return new MethodResult(
            name, metrics.Overall, metrics.MeanClass, metrics.Many, metrics.Medium, metrics.Few,
            trained, (double)trained / model.Backbone.ParameterCount, training.TotalSeconds + report.Seconds);
    }

    private sealed class TrainingReporter(ProgressTask task) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            // Training fills the bar to 90 %, the test to the end.
            if (value.Phase == TrainingPhase.Training)
                task.Value = 90.0 * value.Step / value.Steps;
        }
    }

    private sealed class EvaluationReporter(ProgressTask task) : IProgress<EvaluationProgress>
    {
        private readonly double _start = task.Value;

        public void Report(EvaluationProgress value) => task.Value = _start + (task.MaxValue - _start) * value.Batch / value.Batches;
    }
}
