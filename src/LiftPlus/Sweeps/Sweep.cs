using LiftPlus.Data;
using LiftPlus.Evaluation;
using LiftPlus.Models;
using LiftPlus.Runs;
using LiftPlus.Training;
using static TorchSharp.torch;

namespace LiftPlus.Sweeps;

/// <summary>
/// Trains every entry on every hold-out, one run after another, and compares the results. All entries of a repeat come before the next
/// repeat.
/// </summary>
internal sealed class Sweep : IDisposable
{
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(1);

    private readonly FineTuningServices _services;
    private readonly IReadOnlyList<SweepEntry> _entries;
    private readonly SweepOptions _options;
    private readonly IProgress<SweepProgress>? _progress;
    private readonly SharedBackbones _backbones;
    private readonly IImageDecoder _decoder;
    private readonly ImageCache? _cache;
    private readonly Dictionary<string, string> _failures = [];
    private readonly List<ComparedRun> _finished = [];
    private ImageDataset _data;
    private string? _initial; // the hash of the model that every run starts from
    private int _done;

    public Sweep(
        FineTuningServices services,
        ImageDataset data,
        IReadOnlyList<SweepEntry> entries,
        SweepOptions options,
        IProgress<SweepProgress>? progress
    )
    {
        if (services.CreateProcesses is not null)
            throw new LiftPlusException(
                "A sweep trains each candidate in one process, and the fine-tuner trains in several (UseMpi). Build it without UseMpi; "
                    + "several processes can share a sweep by SweepOptions.Folder."
            );
        (_data, _entries, _options, _progress) = (data, entries, options, progress);
        _services = services with { Recorders = [], ImageCache = null };
        _decoder = services.Decoder ?? new SkiaImageDecoder();
        _backbones = new SharedBackbones(_services);
        _cache = services.ImageCache is null ? null : new ImageCache(services.ImageCache, data.Count);
    }

    private int Total => _entries.Count * _options.Repeats;

    public SweepResult Execute(CancellationToken cancellationToken)
    {
        LibTorch.EnsureLoaded();
        TrainingOptions training = _entries[0].Recipe.Training;
        ReportMeasure metric = _options.Metric ?? Measure(training.Metric);
        _initial = _services.Initial?.Sha256();
        SweepFolder folder = new(_options.Folder);
        _data = Shared(new ImageGate(training, _services, Follow(_entries[0], 0)).Pass(_data, cancellationToken));
        var splits = SweepSplits.Create(_data, _options);
        splits.Check(metric, _entries);
        Device device = DeviceName.Resolve(_services.Device);
        Train(folder, [.. Runs(splits, device, cancellationToken)], cancellationToken);
        return new SweepResult(
            [.. _entries.Select(entry => (entry, _failures.GetValueOrDefault(entry.Name)))],
            [.. _finished.Where(run => !_failures.ContainsKey(run.Method))],
            metric,
            _options.Confidence,
            splits.Overlap
        );
    }

    public void Dispose()
    {
        _backbones.Dispose();
        _cache?.Dispose();
    }

    // Without the remarks, which were logged; with one cache for the training and held-out images of all runs.
    private ImageDataset Shared(ImageDataset data) =>
        new(
            _cache is not ImageCache cache
                ? data
                : data.Select(
                    (image, index) =>
                        image.Source.IsEncoded
                            ? image with
                            {
                                Source = ImageSource.FromPixels(() => cache.Read(index, image.Source, _decoder), image.Name),
                            }
                            : image
                ),
            data.ClassNames
        );

    private IEnumerable<SweepRun> Runs(SweepSplits splits, Device device, CancellationToken cancellationToken) =>
        from split in splits.All.Index()
        from entry in _entries
        let backbone = _backbones.Get(entry, Follow(entry, split.Index), cancellationToken)
        select SweepRun.Create(entry, split.Index, split.Item, backbone, _initial, _decoder, device);

    private void Train(SweepFolder folder, List<SweepRun> open, CancellationToken cancellationToken)
    {
        bool waits = false;
        while (open.Count > 0)
        {
            int before = open.Count;
            foreach (SweepRun run in open.ToArray())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!_failures.ContainsKey(run.Entry.Name))
                {
                    if ((folder.Find(run.Key) ?? Take(folder, run, cancellationToken)) is not RunResult result)
                        continue; // another process trains it
                    Count(run, result);
                }

                open.Remove(run);
            }

            if (open.Count < before)
                continue;
            if (!waits)
                SweepLog.Waiting(_services.Logger, open.Count, _options.Folder!);
            waits = true;
            cancellationToken.WaitHandle.WaitOne(s_wait);
        }
    }

    private RunResult? Take(SweepFolder folder, SweepRun run, CancellationToken cancellationToken)
    {
        using IDisposable? taken = folder.TryTake(run.Key);
        if (taken is null)
            return null;
        if (folder.Find(run.Key) is RunResult finished) // since it was asked for
            return finished;
        SweepLog.Started(_services.Logger, run.Entry.Name, run.Repeat + 1, _options.Repeats, _done + 1, Total);
        RunResult result = Fit(run, folder.Checkpoints(run.Key), cancellationToken);
        folder.Keep(run.Key, result);
        return result;
    }

    private RunResult Fit(SweepRun run, string? checkpoints, CancellationToken cancellationToken)
    {
        FineTuningServices services = _services with { CreateBackbone = run.Backbone.Create, CheckpointFolder = checkpoints };
        try
        {
            using TrainingRun training = new(run.Recipe, services, run.Train, run.HeldOut, Follow(run.Entry, run.Repeat));
            using FineTunedModel model = training.Execute(resume: checkpoints is not null, cancellationToken);
            return new RunResult(model.Evaluate(run.HeldOut, cancellationToken: cancellationToken), null);
        }
        catch (NonFiniteTrainingException e)
        {
            return new RunResult(null, $"{e.Problem}.");
        }
        catch (LiftPlusException e)
        {
            throw new LiftPlusException($"The candidate '{run.Entry.Name}' failed in repeat {run.Repeat + 1}: {e.Message}", e);
        }
    }

    private void Count(SweepRun run, RunResult result)
    {
        _done++;
        if (result.Report is EvaluationReport report)
        {
            report = report with { Recipe = ReportRecipe.WithoutFolders(run.Recipe) }; // a file does not have it
            _finished.Add(new ComparedRun(run.Entry.Name, run.Repeat, report));
        }
        else
        {
            if (run.Entry == _entries[0])
                throw new LiftPlusException($"The default of the sweep cannot be trained: {result.Failure}");
            _failures.Add(run.Entry.Name, result.Failure!);
            SweepLog.Failed(_services.Logger, run.Entry.Name, result.Failure!);
        }

        _progress?.Report(Describe(run.Entry, run.Repeat) with { Result = result.Report });
    }

    private ProgressMap<TrainingProgress, SweepProgress> Follow(SweepEntry entry, int repeat) =>
        new(_progress, value => Describe(entry, repeat) with { Training = value });

    private SweepProgress Describe(SweepEntry entry, int repeat) =>
        new()
        {
            Candidate = entry.Name,
            Repeat = repeat + 1,
            Done = _done,
            Total = Total,
        };

    private static ReportMeasure Measure(ValidationMetric metric) =>
        metric switch
        {
            ValidationMetric.Overall => ReportMeasure.Overall,
            ValidationMetric.Few => ReportMeasure.Few,
            _ => ReportMeasure.MeanClass,
        };
}
