using System.Diagnostics;
using LiftPlus.Reports;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Executes runs in this process and keeps the images of the last world and seed.</summary>
internal sealed class RunExecutor(IReadOnlyList<World> worlds)
{
    private (string World, int Seed)? _loaded;
    private ImageDataset? _train;
    private ImageDataset? _test;

    /// <summary>Executes a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="progress">Receives the fraction done, 0 to 1.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <exception cref="LiftPlusException">The run failed.</exception>
    public RunResult Execute(PlannedRun run, IProgress<double> progress, CancellationToken cancellationToken)
    {
        World world = Load(run);
        var clock = Stopwatch.StartNew();
        LongTailFineTuner tuner = LongTailFineTuner
            .CreateBuilder()
            .UseRecipe(RecipeJson.Read(run.Recipe))
            .UseBackbone(world.BackboneFolder)
            // Images are in memory, and other runs use the other cores.
            .UseTraining(training => training with { Seed = run.Seed, LoaderWorkers = 1, CheckImages = false })
            .Build();
        var history = new TrainingHistory();
        var part = new TrainingPart(progress);
        using FineTunedModel trained = tuner.Fit(
            _train!,
            progress: run.Diagnostic ? history.Recorder(part) : part,
            cancellationToken: cancellationToken
        );
        using ImageClassifier model = new Finishes(tuner, _train!, cancellationToken).Apply(run.Finish, trained);
        EvaluationReport plain = model.Evaluate(_test!, cancellationToken: cancellationToken);
        if (run.Finish is not Finish.None)
            plain = plain with { TrainingSeconds = null }; // it is the time of a part, if any
        EvaluationReport? ensemble = null;
        if (run.Ensemble)
        {
            model.Inference = model.Inference with { TestTimeEnsemble = true, Expand = world.EnsembleExpand };
            ensemble = model.Evaluate(_test!, cancellationToken: cancellationToken);
        }

        return new RunResult
        {
            Key = run.Key,
            RecipeKey = run.RecipeKey,
            Name = run.Name,
            World = run.World,
            Seed = run.Seed,
            Plain = plain,
            Ensemble = ensemble,
            Diagnostic = run.Diagnostic
                ? StoredDiagnostic.Of(FeatureDiagnostic.Measure(trained, _train!, _test!, cancellationToken: cancellationToken))
                : null,
            Training = history.Points,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    private World Load(PlannedRun run)
    {
        World world = worlds.FirstOrDefault(world => world.Id == run.World)
            ?? throw new LiftPlusException($"World '{run.World}' not found; its images are missing.");
        if (_loaded != (run.World, run.Seed))
            (_train, _test) = world.Load(run.Seed);
        _loaded = (run.World, run.Seed);
        return world;
    }

    // Training counts for nine tenths of the progress.
    private sealed class TrainingPart(IProgress<double> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.Training)
                progress.Report(0.9 * value.Done / value.Total);
        }
    }
}
