using System.Diagnostics;
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

    /// <summary>The rows of the table.</summary>
    public required IReadOnlyList<Contender> Contenders { get; init; }
}

/// <summary>Several ways to fine-tune, on the same pictures from the same backbone.</summary>
internal sealed class Comparison(ComparisonOptions options)
{
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

        foreach (Contender contender in options.Contenders)
        {
            ProgressTask task = console.AddTask(Title(contender.Name));
            var clock = Stopwatch.StartNew();
            using FineTunedModel model = Tuner(contender, seed).Fit(train, progress: new TrainingReporter(task), cancellationToken: cancellationToken);
            TimeSpan training = clock.Elapsed;
            yield return Evaluate(contender.Name, model, training, test, task, cancellationToken);
            if (!contender.IsMain)
                continue;
            string ensemble = $"{contender.Name} with TTE";
            model.Inference = model.Inference with { TestTimeEnsemble = true, Expand = TinyClipTask.EnsembleExpand };
            yield return Evaluate(ensemble, model, training, test, console.AddTask(Title(ensemble)), cancellationToken);
            if (seed == 0)
                model.Save(options.Output);
        }
    }

    private LongTailFineTuner Tuner(Contender contender, int seed) =>
        TinyClipTask.CreateBuilder(contender, seed, options.Epochs, options.BatchSize, options.LearningRate).Build();

    private static MethodResult Evaluate(
        string name, FineTunedModel model, TimeSpan training, ImageDataset test, ProgressTask task, CancellationToken cancellationToken)
    {
        EvaluationReport report = model.Evaluate(test, new EvaluationReporter(task), cancellationToken);
        ClassificationMetrics metrics = report.Metrics;
        return new MethodResult(
            name, metrics.Overall, metrics.MeanClass, metrics.Many, metrics.Medium, metrics.Few, model.TrainedParameterCount,
            (double)model.TrainedParameterCount / model.Backbone.ParameterCount, training.TotalSeconds + report.Seconds);
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
