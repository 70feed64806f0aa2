using System.Diagnostics;
using LiftPlus.Data;
using LiftPlus.Hub;
using LiftPlus.Inference;
using LiftPlus.Layers;
using LiftPlus.Losses;
using LiftPlus.Models;
using LiftPlus.Native;
using LiftPlus.Processes;
using LiftPlus.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// Runs one fit from the untouched backbone or an initial model to the trained model: builds the parts, initialises the classifier, trains.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private const double LargeAdamWRate = 0.01;

    private readonly FineTuningRecipe _recipe;
    private readonly FineTuningServices _services;
    private readonly IProcessGroup _processes;
    private readonly ImageGate _gate;
    private readonly Recorders _progress;
    private readonly long _began;
    private ImageDataset _train;
    private ImageDataset? _validation;
    private InitialValues? _initial;
    private FineTunedModel? _model;
    private ClassNeighbors? _neighbors;

    public TrainingRun(
        FineTuningRecipe recipe,
        FineTuningServices services,
        ImageDataset train,
        ImageDataset? validation,
        IProgress<TrainingProgress>? progress
    )
    {
        _recipe = services.Initial?.Adapt(recipe, train.ClassNames) ?? recipe;
        _began = services.Time.GetTimestamp();
        services = ProcessAgreement.Join(services, services.CreateProcesses?.Invoke() ?? SingleProcess.Instance);
        (_services, _train, _validation) = (services, train, validation);
        _processes = services.Processes;
        _progress = new Recorders(services.Recorders, _processes.IsFirst ? progress : null, services.Logger);
        _gate = new ImageGate(recipe.Training, services, _progress);
        Log.Started(services.Logger, train.Count, train.Classes.ClassCount, train.Classes.ImbalanceRatio);
        if (train.Classes.Names is [string only])
            Log.OneClass(services.Logger, only);
        if (recipe.Training is { Optimizer: AdamWOptions, LearningRate: >= LargeAdamWRate and double rate })
            Log.LargeRate(services.Logger, rate);
    }

    /// <summary>Gets whether the run ends before its first step.</summary>
    public bool OnlyStarts { get; init; }

    /// <summary>Trains and hands the model over.</summary>
    /// <param name="resume">Whether to go on from a checkpoint, if there is one; else there must be none.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public FineTunedModel Execute(bool resume, CancellationToken cancellationToken)
    {
        _processes.Enter();
        try
        {
            Complete(resume, cancellationToken);
            _processes.Leave(null);
        }
        catch (Exception e)
        {
            _processes.Leave(e);
            throw;
        }

        FineTunedModel result = _model!;
        _model = null;
        return result;
    }

    private void Complete(bool resume, CancellationToken cancellationToken)
    {
        using Activity? activity = LiftPlusTelemetry
            .Start("fit")
            ?.SetTag("liftplus.images", _train.Count)
            .SetTag("liftplus.classes", _train.ClassNames.Count);
        ProcessAgreement.Check(_recipe, _processes);
        _train = _gate.Pass(_train, cancellationToken);
        if (_validation is not null)
            _validation = _gate.Pass(_validation, cancellationToken);
        else if (_recipe.Training.Validation is ValidationOptions held)
            (_train, _validation) = _train.HoldOut(held.Share, _recipe.Training.Seed, held.MinimumPerClass);
        LibTorch.EnsureLoaded();
        using IDisposable gradients = enable_grad(); // even if the caller has switched them off
        NativeHeap.KeepFreedMemory();
        Device device = DeviceName.Resolve(_services.Device);
        TrainingPrecision.Prepare(_recipe.Training, device, _services.Logger);
        _recipe.Training.Check(_train, _validation);
        using CheckpointFolder? folder = _services.CheckpointFolder is string path
            ? new CheckpointFolder(path, _services.Checkpoints, _services.Logger, _processes)
            : null;
        if (!resume)
            folder?.RefuseUnlessEmpty();
        using TrainingCheckpoint? checkpoint = resume ? folder?.OpenNewest() : null;
        _initial = _services.Initial?.Open();
        _initial?.Check(_recipe);
        if (!_processes.IsAlone)
            ProcessAgreement.Compare(Identity(BackboneIdentity.NotRead, device), _processes); // before they share work
        _model = BuildModel(checkpoint, device, cancellationToken);
        ProcessAgreement.Check(_model, _processes);
        if (!_processes.IsAlone)
            ProcessAgreement.Compare(Identity(_model.BackboneIdentity, device), _processes);
        LinearProducts products = ChooseProducts(_model, checkpoint);
        using IDisposable use = LinearProducts.Use(() => products);
        if (checkpoint is null)
            new ClassifierStart(_recipe, _services, _train, _progress).Set(_model, _initial, cancellationToken);
        if (!OnlyStarts)
            Train(_model, products, folder, checkpoint, cancellationToken);
    }

    /// <summary>Frees a model that did not come to its end.</summary>
    public void Dispose()
    {
        _progress.Dispose();
        _initial?.Dispose();
        _model?.Dispose();
    }

    private void Train(
        FineTunedModel model,
        LinearProducts products,
        CheckpointFolder? folder,
        TrainingCheckpoint? checkpoint,
        CancellationToken cancellationToken
    )
    {
        if (model.TrainedParameterCount == 0)
            return; // a zero-shot recipe trains nothing
        using LongTailLoss loss = _recipe.Loss.CreateLoss(
            new LossContext(_train.Classes, model.Classifier.LogitScale, model.Device) { Neighbors = _neighbors }
        );
        RunCheckpoints? checkpoints =
            folder is null || !_processes.IsFirst ? null : new RunCheckpoints(folder, Identity(model, products), _services.Logger);
        using var tensors = new RunTensors(model);
        if (checkpoint is not null)
            tensors.Load(checkpoint); // before features are computed with its values
        ProcessAgreement.Compare(tensors, checkpoint?.State.Step ?? 0, _processes);
        using var batches = TrainingBatches.Create(model, _train, _services, _progress, cancellationToken);
        TimeSpan? limit = _processes.FromFirst(_recipe.Training.TimeLimit - _services.Time.GetElapsedTime(_began));
        FineTuningServices services =
            limit is null || _processes.IsAlone ? _services : _services with { Time = new FirstProcessTime(_processes, _services.Time) };
        using var loop = new TrainingLoop(model, loss, _train, batches, tensors, services, checkpoints, _progress) { Limit = limit };
        if (checkpoint is not null)
        {
            loop.Resume(checkpoint);
            checkpoint.Dispose(); // a file that is open cannot be deleted everywhere
        }

        loop.Run(_validation, cancellationToken);
    }

    private RunIdentity Identity(FineTunedModel model, LinearProducts products) =>
        Identity(model.BackboneIdentity, model.Device) with
        {
            Products = products,
            Place = RunBackbone.Of(model, _services.CheckpointFolder!),
            SizedFor = model.SizedFor,
        };

    private RunIdentity Identity(BackboneIdentity backbone, Device device) =>
        RunIdentity.From(_recipe, backbone, _train, _validation, _services.Decoder ?? new SkiaImageDecoder(), device) with
        {
            Initial = _initial?.Sha256,
        };

    // A run goes on with the choice that it began with, whatever a measurement would say now.
    private LinearProducts ChooseProducts(FineTunedModel model, TrainingCheckpoint? checkpoint)
    {
        LinearProducts products = checkpoint is null
            ? ProductMeasurement.Choose(_recipe.Training.LinearProduct, model.Device, model.Backbone.Image.FeatureDimension)
            : checkpoint.Run.Products ?? LinearProducts.Linear;
        products = _processes.FromFirst(products); // a measurement differs from process to process
        if (products.Measured is string measured)
            Log.Products(
                _services.Logger,
                measured,
                products.HasConvolution ? nameof(LinearProduct.Convolution) : nameof(LinearProduct.Linear)
            );
        return products;
    }

    private FineTunedModel BuildModel(TrainingCheckpoint? checkpoint, Device device, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        FineTunedModel model = ModelFactory.Create(
            _recipe,
            _train.Classes,
            new ModelLoadOptions
            {
                CreateBackbone = _services.CreateBackbone,
                Device = _services.Device,
                Hub = _services.Hub,
                MayDownload = true,
                Decoder = _services.Decoder,
                Progress = new ProgressMap<HubProgress, TrainingProgress>(_progress, value => Describe(value, clock.Elapsed)),
            },
            checkpoint is null
                ? _initial?.For(_recipe)
                : new SavedValues
                {
                    CheckBackbone = (_, identity) => Compare(checkpoint, Identity(identity, device)),
                    SizedFor = _initial?.SizedFor,
                    Source = RunTensors.ModelOf(checkpoint),
                },
            _services.Logger,
            cancellationToken,
            OnlyStarts || _recipe.Loss.NeighborCount == 0
                ? null
                : untouched => _neighbors = NeighborSearch.Find(untouched, _recipe, _train, _services, _progress, cancellationToken)
        );
        model.SkippedImages = _gate.Skipped;
        return model;
    }

    // Refuses another run, and returns what an older checkpoint does not say.
    private IEnumerable<string> Compare(TrainingCheckpoint checkpoint, RunIdentity now)
    {
        string[] machine = [.. checkpoint.Run.MachineDifferences(now)],
            differences = [.. checkpoint.Run.Differences(now), .. _services.Checkpoints.RequireSameEnvironment ? machine : []],
            unknown = [.. checkpoint.Run.Unknown(now)];
        if (differences.Length > 0)
        {
            throw new LiftPlusException(
                $"{checkpoint.Path} belongs to another run. What differs:"
                    + string.Concat(differences.Select(line => $"{Environment.NewLine}  {line}"))
                    + Environment.NewLine
                    + "Put it back to go on with that run, or choose an empty folder in UseCheckpoints for a new one."
            );
        }

        if (machine.Length > 0)
            RunLog.OtherMachine(_services.Logger, checkpoint.Path, string.Join("; ", machine));
        return unknown.Length == 0
            ? []
            : [$"{checkpoint.Path} is of an earlier version, so these could not be compared: {string.Join(", ", unknown)}."];
    }

    public static TrainingProgress Describe(HubProgress value, TimeSpan elapsed) =>
        new()
        {
            Phase = TrainingPhase.Downloading,
            Done = value.Done,
            Total = value.Total,
            Elapsed = elapsed,
            Remaining = value.Done == 0 ? TimeSpan.Zero : elapsed * ((value.Total - value.Done) / (double)value.Done),
        };
}
