using System.Diagnostics;
using LiftPlus.Data;
using LiftPlus.Reports;

namespace LiftPlus.Samples.PaperClaims;

/// <summary>Carries out runs in this process, keeping the images of the last world and seed.</summary>
internal sealed class RunExecutor(IReadOnlyList<World> worlds)
{
    private (string World, int Seed)? _loaded;
    private ImageDataset? _train,
        _test;

    /// <param name="run">What to run.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LiftPlusException">It cannot be run.</exception>
    public RunResult Execute(PlannedRun run, IProgress<double> progress, CancellationToken cancellationToken)
    {
        Load(run);
        var clock = Stopwatch.StartNew();
        LongTailFineTuner tuner = LongTailFineTuner
            .CreateBuilder()
            .UseRecipe(RecipeJson.Read(run.Recipe))
            .UseBackbone(TinyClipTask.BackboneFolder)
            .UseTraining(training => training with { Seed = run.Seed, LoaderWorkers = 1, CheckImages = false }) // images in memory; other runs use the other cores
            .Build();
        var history = new TrainingHistory();
        var part = new TrainingPart(progress);
        using FineTunedModel model = tuner.Fit(
            _train!,
            progress: run.Diagnostic ? history.Recorder(part) : part,
            cancellationToken: cancellationToken
        );
        EvaluationReport plain = model.Evaluate(_test!, cancellationToken: cancellationToken);
        EvaluationReport? ensemble = null;
        if (run.Ensemble)
        {
            model.Inference = model.Inference with { TestTimeEnsemble = true, Expand = TinyClipTask.EnsembleExpand };
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
                ? StoredDiagnostic.Of(FeatureDiagnostic.Measure(model, _train!, _test!, cancellationToken: cancellationToken))
                : null,
            Training = history.Points,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    private void Load(PlannedRun run)
    {
        if (_loaded == (run.World, run.Seed))
            return;
        World world = worlds.FirstOrDefault(world => world.Id == run.World)
            ?? throw new LiftPlusException($"There is no world '{run.World}'; its images are gone.");
        (_train, _test) = world.Load(run.Seed);
        _loaded = (run.World, run.Seed);
    }

    // Training fills nine tenths.
    private sealed class TrainingPart(IProgress<double> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.Training)
                progress.Report(0.9 * value.Done / value.Total);
        }
    }
}
