using System.Diagnostics;
using LiftPlus.Hub;
using LiftPlus.Models;
using LiftPlus.Training;

namespace LiftPlus.Sweeps;

/// <summary>
/// Reads each backbone of a sweep once and hands out copies of it. Runs on the CPU share its memory (<see cref="SharedWeights"/>).
/// </summary>
internal sealed class SharedBackbones(FineTuningServices services) : IDisposable
{
    private readonly Dictionary<object, SharedBackbone> _known = [];
    private readonly List<Backbone> _loaded = [];

    /// <summary>Returns what creates an entry's backbone, and its identity.</summary>
    public SharedBackbone Get(SweepEntry entry, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        object key = entry.CreateBackbone ?? (object)(entry.Recipe.Backbone, entry.Recipe.BackboneOptions);
        if (!_known.TryGetValue(key, out SharedBackbone? shared))
            _known[key] = shared = entry.CreateBackbone is null
                ? Load(entry.Recipe, progress, cancellationToken)
                : Look(entry.CreateBackbone);
        return shared;
    }

    public void Dispose()
    {
        foreach (Backbone backbone in _loaded)
        {
            SharedWeights.Leave(backbone);
            backbone.Dispose();
        }
    }

    private SharedBackbone Load(FineTuningRecipe recipe, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        ModelLoadOptions options = new()
        {
            Hub = services.Hub,
            MayDownload = true,
            Progress = new ProgressMap<HubProgress, TrainingProgress>(progress, value => TrainingRun.Describe(value, clock.Elapsed)),
        };
        BackboneSource source = options.FindBackbone(recipe.Backbone!, services.Logger, cancellationToken);
        Backbone backbone = Backbone.Load(source.Path, recipe.BackboneOptions);
        _loaded.Add(backbone);
        string sha256 = WeightsHash.Compute(backbone);
        SharedWeights.Join(backbone, sha256);
        return new SharedBackbone(backbone.Copy, BackboneIdentity.From(backbone, sha256));
    }

    // What the caller creates is the caller's: each run has its own.
    private static SharedBackbone Look(Func<Backbone> create)
    {
        using Backbone backbone = create();
        return new SharedBackbone(create, BackboneIdentity.From(backbone, WeightsHash.Compute(backbone)));
    }
}
