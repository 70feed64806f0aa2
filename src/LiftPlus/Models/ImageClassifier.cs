using System.Collections.Immutable;
using System.Diagnostics;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Evaluation;
using LiftPlus.Inference;
using LiftPlus.Layers;
using LiftPlus.Metrics;
using LiftPlus.Models;
using LiftPlus.Onnx;
using LiftPlus.Processes;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Represents a model that classifies images with TorchSharp: predictions, test-time ensembling and evaluation. Owns native memory; dispose
/// it.
/// </summary>
public abstract partial class ImageClassifier : ImageClassifierBase
{
    private protected readonly Backbone _backbone;
    private readonly Lock _headLock = new();
    private readonly Lazy<PackedWeights> _packed = new(() => new PackedWeights(ProductMeasurement.Packed));
    private volatile ModelHead _head;

    private protected ImageClassifier(Backbone backbone, ModelHead head, InferenceOptions inference, IImageDecoder? decoder)
    {
        _backbone = backbone;
        _head = head;
        Inference = inference;
        Decoder = decoder ?? new SkiaImageDecoder();
    }

    /// <summary>Gets the model that computes the features.</summary>
    public Backbone Backbone => Alive(_backbone);

    /// <summary>Gets the classes with their numbers of training images, which decide the group of a class.</summary>
    public ClassDistribution Classes => Head.Classes;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => Classes.Names;

    /// <summary>Gets or sets how images are prepared for the model. It may be changed between calls.</summary>
    public InferenceOptions Inference
    {
        get => Alive(field);
        set => field = Alive(value);
    }

    /// <summary>Gets the device that the model computes on.</summary>
    public Device Device => Backbone.Device;

    /// <summary>Gets the image decoder.</summary>
    internal IImageDecoder Decoder { get; }

    /// <summary>Computes logits (B, C) of normalised images (B, 3, R, R) on the model's device.</summary>
    public Tensor Logits(Tensor images)
    {
        using ModelUse use = Enter();
        return Forward(images, use.Head.Classifier);
    }

    private Tensor Forward(Tensor images, Classifier classifier)
    {
        using DisposeScope scope = NewDisposeScope();
        return Compute(images, classifier).Logits.MoveToOuterDisposeScope();
    }

    /// <summary>Gets the present classes with their classifier.</summary>
    private protected ModelHead Head => Alive(_head);

    /// <summary>
    /// Gets whether the probability of a class is the sigmoid of its logit and depends on no other class. Otherwise probabilities are the
    /// softmax of the logits.
    /// </summary>
    internal virtual bool HasIndependentClasses => false;

    /// <summary>Keeps the memory of the model, and the classes that it has now, until the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    internal ModelUse Enter()
    {
        IDisposable model = KeepAlive();
        lock (_headLock)
            return new ModelUse(model, _head);
    }

    /// <summary>Gives later calls other classes; running ones keep theirs.</summary>
    private protected void Replace(ModelHead head)
    {
        ModelHead replaced;
        lock (_headLock)
            (replaced, _head) = (_head, head);
        replaced.Dispose();
    }

    /// <summary>
    /// Computes features (B, D) and logits (B, C) of images (B, 3, R, R) on the model's device. For views (B, V, 3, R, R) both are the mean
    /// over the views (<see cref="TestTimeEnsemble"/>).
    /// </summary>
    internal virtual (Tensor Features, Tensor Logits) Compute(Tensor images, Classifier classifier)
    {
        using IDisposable products = UseProducts(images.device);
        Tensor features = Backbone.EncodeImage(TestTimeEnsemble.Flatten(images));
        return (TestTimeEnsemble.Mean(features, images), TestTimeEnsemble.Mean(classifier.forward(features), images));
    }

    /// <summary>Sets how this thread computes linear products until the result is disposed. A run's own choice stays.</summary>
    internal IDisposable UseProducts(Device device) =>
        LinearProducts.Use(() =>
            ProductMeasurement.Choose(Inference.LinearProduct, device, Backbone.Image.FeatureDimension) with
            {
                PackedWeights = Inference.PackWeights && device.type == DeviceType.CPU ? _packed.Value : null,
            }
        );

    /// <summary>Adds the logits (B, C) of features (B, D) to a graph.</summary>
    internal static string Write(OnnxGraph graph, string features, ModelHead head) =>
        graph.Module(head.Classifier, "the classifier", features);

    /// <inheritdoc/>
    internal override UnreadablePolicy Unreadable => Inference.Unreadable;

    /// <inheritdoc/>
    internal override bool KeepsTrainingImages => Head.Policy?.TrainingImages is not null;

    /// <inheritdoc/>
    internal override ImagePreparer CreatePreparer() => InferenceLoader.Preparer(Backbone.Config.Preprocess, Inference, Decoder);

    /// <inheritdoc/>
    internal override Scores Score(IReadOnlyList<PreparedImage> images, bool features)
    {
        using ModelUse use = Enter();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        (Tensor ofImages, Tensor logits) = Compute(Stack(images).to(Device), use.Head.Classifier);
        ImmutableArray<string> names = use.Head.Classes.Names;
        Scores.CheckShape(logits.shape, images.Count, names.Length);
        Tensor probabilities = HasIndependentClasses ? logits.sigmoid() : logits.softmax(1);
        PredictionPolicy? policy = use.Head.Policy;
        bool needsFeatures = features || policy?.NeedsFeatures == true;
        return new Scores(names, Numbers(logits), Numbers(probabilities), needsFeatures ? Numbers(ofImages) : []) { Policy = policy };
    }

    private protected static Tensor Stack(IReadOnlyList<PreparedImage> images)
    {
        Tensor stacked = empty([images.Count, .. images[0].Shape], float32);
        Span<byte> rest = stacked.bytes;
        foreach (PreparedImage image in images)
        {
            image.Bytes.CopyTo(rest);
            rest = rest[image.Bytes.Length..];
        }

        return stacked;
    }

    private protected static float[] Numbers(Tensor values) => [.. values.to(float32).cpu().contiguous().data<float>()];

    /// <summary>
    /// Computes a SHA-256 of what the features of this model depend on: its backbone and what was trained in it, but not the classifier.
    /// It is the same in every process.
    /// </summary>
    internal string FeatureHash()
    {
        using ModelUse use = Enter();
        BackboneIdentity? identity = (this as FineTunedModel)?.BackboneIdentity;
        string weights = identity?.Sha256 ?? WeightsHash.Compute(Backbone);
        using ContentHash hash = new($"{weights} {identity?.StatisticsSha256 ?? WeightsHash.OfStatistics(Backbone)}");
        foreach ((string name, Tensor value) in Backbone.TrainedState().OrderBy(entry => entry.Key, StringComparer.Ordinal))
            hash.Add(name, value);
        return hash.Value();
    }

    /// <summary>Measures the accuracy on labelled images.</summary>
    /// <param name="test">The images; class names must be the model's, in any order.</param>
    /// <param name="progress">Called after every batch.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">Class names differ, or an image cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public EvaluationReport Evaluate(
        ImageDataset test,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => Evaluate(test, progress, SingleProcess.Instance, cancellationToken);

    /// <summary>Measures the accuracy with several processes, each on a part of the images; all get the same metrics.</summary>
    internal EvaluationReport Evaluate(
        ImageDataset test,
        IProgress<EvaluationProgress>? progress,
        IProcessGroup group,
        CancellationToken cancellationToken
    )
    {
        using ModelUse use = Enter();
        ClassDistribution classes = use.Head.Classes;
        var clock = Stopwatch.StartNew();
        ImmutableArray<int> labelOf = ClassNameMap.Match(test.ClassNames, classes.Names);
        var metrics = new ClassificationMetricsBuilder(classes);
        IReadOnlyList<UnreadableImage> skipped = Run(
            test,
            use.Head.Classifier,
            progress,
            group,
            (places, logits) =>
            {
                long[] labels = [.. places.Select(index => (long)labelOf[test[index].Label])];
                metrics.Add(tensor(labels), logits, places);
            },
            cancellationToken
        );
        return Describe(
            new EvaluationReport
            {
                Metrics = metrics.Build(),
                Classes = classes,
                Outcomes = metrics.Outcomes,
                ImageNames = ImageNames.From(test),
                Parameters = Backbone.ParameterCount,
                Seconds = clock.Elapsed.TotalSeconds,
                SkippedImages = skipped,
                Environment = RunEnvironment.Current(Device),
            },
            use.Head
        );
    }

    /// <summary>Adds to a report what only this kind of model knows.</summary>
    private protected virtual EvaluationReport Describe(EvaluationReport report, ModelHead head) => report;

    private protected sealed override void FreeAll()
    {
        _head.Dispose();
        if (_packed.IsValueCreated)
            _packed.Value.Dispose();
        Free();
        _backbone.Dispose();
    }

    /// <summary>Ends what this kind of model does with its backbone, before the backbone is freed.</summary>
    private protected virtual void Free() { }

    private protected IReadOnlyList<UnreadableImage> Run(
        ImageDataset images,
        Classifier classifier,
        IProgress<EvaluationProgress>? progress,
        IProcessGroup group,
        Action<IReadOnlyList<int>, Tensor> use,
        CancellationToken cancellationToken
    )
    {
        InferenceOptions options = Inference;
        using BatchLoader loader = InferenceLoader.Create(images, Backbone.Config.Preprocess, options, Decoder);
        int done = 0;
        Device device = Device;
        using IDisposable noGrad = no_grad();
        SharedPass.ForEach(
            group,
            loader,
            CPU,
            batch => Compute(batch.Images.to(device), classifier).Logits,
            (places, logits) =>
            {
                use(places, logits);
                progress?.Report(new EvaluationProgress(++done, loader.BatchCount));
            },
            cancellationToken
        );
        return [.. group.FromAll(loader.Skipped).SelectMany(skipped => skipped)];
    }
}
