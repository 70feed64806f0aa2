using System.Diagnostics;
using LiftPlus.Metrics;
using LiftPlus.Reports;
using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.QuickStart;

/// <summary>Specifies what to compare.</summary>
internal sealed record ComparisonOptions
{
    public required int Seeds { get; init; }

    public required string Output { get; init; }

    public required string Backbone { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Gets the rows of the table.</summary>
    public required IReadOnlyList<Contender> Contenders { get; init; }
}

/// <summary>Compares several ways to fine-tune the same backbone on the same images.</summary>
internal sealed class Comparison(ComparisonOptions options)
{
    // The page shows the features of these; a linear probe shares those of zero-shot.
    private static readonly string[] s_diagnosed = ["Zero-shot", "Full fine-tuning", "LIFT+"];

    private readonly List<ComparedRun> _runs = [];
    private readonly List<TitledDiagnostic> _diagnostics = [];
    private readonly TrainingHistory _history = new();
    private ImageDataset? _test;

    public IReadOnlyList<MethodResult> Run(CancellationToken cancellationToken)
    {
        List<MethodResult> results = [];
        using var progress = new ConsoleProgress();
        for (int seed = 0; seed < options.Seeds; seed++)
            results.AddRange(RunSeed(seed, progress, cancellationToken));
        return results;
    }

    /// <summary>Returns the content of the page: the first seed of the main contender in full, and all contenders side by side.</summary>
    /// <param name="part">The part in which the contenders differ; null for the table of methods.</param>
    public HtmlReportContent Page(string? part)
    {
        Contender main = options.Contenders.FirstOrDefault(contender => contender.IsMain)
            ?? options.Contenders.FirstOrDefault(contender => contender.Name.EndsWith("(LIFT+)", StringComparison.Ordinal))
            ?? options.Contenders[0];
        var comparison = new TitledComparison(
            "Methods side by side",
            RunComparison.Create(_runs, main.Name),
            "Each row is LIFT+ with one part replaced. Backbone and images are the same."
        );
        ComparedRun shown = _runs.Last(run => run.Seed == 0 && run.Method.StartsWith(main.Name, StringComparison.Ordinal));
        return new HtmlReportContent
        {
            Title = part is null ? $"{shown.Method} on ShapesLT" : $"LIFT+ on ShapesLT: {part}",
            Evaluation = shown.Report,
            Test = _test,
            Trainings = [new TitledTraining(main.Name, _history)],
            Comparisons = [comparison],
            Diagnostics = _diagnostics,
        };
    }

    private IEnumerable<MethodResult> RunSeed(int seed, ConsoleProgress progress, CancellationToken cancellationToken)
    {
        string Title(string method) => options.Seeds > 1 ? $"{method} (seed {seed})" : method;

        var world = new ShapesLT(seed);
        ImageDataset train = world.Load(Split.Train);
        ImageDataset test = world.Load(Split.Test);
        _test ??= test;
        foreach (Contender contender in options.Contenders)
        {
            progress.Title = Title(contender.Name);
            var clock = Stopwatch.StartNew();
            using FineTunedModel model = Tuner(contender, seed)
                .Fit(
                    train,
                    progress: seed == 0 && contender.IsMain ? _history.Recorder(progress) : progress,
                    cancellationToken: cancellationToken
                );
            TimeSpan training = clock.Elapsed;
            MethodResult Evaluate(string name)
            {
                progress.Title = Title(name);
                EvaluationReport report = model.Evaluate(test, progress, cancellationToken);
                _runs.Add(new ComparedRun(name, seed, report));
                ClassificationMetrics metrics = report.Metrics;
                return new MethodResult(
                    name,
                    metrics.Overall,
                    metrics.MeanClass,
                    metrics.Many,
                    metrics.Medium,
                    metrics.Few,
                    model.TrainedParameterCount,
                    (double)model.TrainedParameterCount / model.Backbone.ParameterCount,
                    training.TotalSeconds + report.Seconds
                );
            }

            yield return Evaluate(contender.Name);
            if (seed == 0 && s_diagnosed.Contains(contender.Name))
                Diagnose(contender.Name, model, train, test, progress, cancellationToken);
            if (!contender.IsMain)
                continue;
            model.Inference = model.Inference with { TestTimeEnsemble = true };
            yield return Evaluate($"{contender.Name} with TTE");
            if (seed == 0)
                model.Save(options.Output);
        }
    }

    private void Diagnose(
        string name,
        FineTunedModel model,
        ImageDataset train,
        ImageDataset test,
        ConsoleProgress progress,
        CancellationToken cancellationToken
    )
    {
        progress.Title = $"{name}, distances in feature space";
        _diagnostics.Add(
            new TitledDiagnostic(
                name,
                FeatureDiagnostic.Measure(
                    model,
                    train,
                    test,
                    new FeatureDiagnosticOptions { ImagesPerClass = 50 },
                    progress,
                    cancellationToken
                )
            )
        );
    }

    private LongTailFineTuner Tuner(Contender contender, int seed) =>
        TinyClipTask
            .CreateBuilder(contender, seed, options.Epochs, options.BatchSize, options.LearningRate)
            .UseBackbone(options.Backbone)
            .Build();
}
