using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using LiftPlus.Data;
using LiftPlus.Layers;
using LiftPlus.Metrics;
using LiftPlus.Validation;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>What every classifier of images shares: loading, test-time ensembling, top classes, evaluation.</summary>
public abstract class ImageClassifier : IImageClassifier
{
    private protected ImageClassifier(Backbone backbone, ClassDistribution classes, InferenceOptions inference, IImageDecoder? decoder)
    {
        Backbone = backbone;
        Classes = classes;
        Inference = inference;
        Decoder = decoder;
    }

    /// <summary>The model that makes the features.</summary>
    public Backbone Backbone { get; }

    /// <summary>The classes, with the number of training images of each: what puts a class into its group.</summary>
    public ClassDistribution Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => Classes.Names;

    /// <summary>How the model looks at an image; may be changed between calls.</summary>
    public InferenceOptions Inference { get; set; }

    /// <summary>Where the model computes.</summary>
    public Device Device => Backbone.Device;

    /// <summary>The image decoder; null for SkiaSharp's.</summary>
    internal IImageDecoder? Decoder { get; }

    /// <summary>Normalised images (B, 3, R, R) on the model's device to logits (B, C).</summary>
    public Tensor Logits(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable products = UseProducts();
        return Classify(Backbone.EncodeImage(images)).MoveToOuterDisposeScope();
    }

    /// <summary>Sets the form of linear products for what this thread computes with the model until the result is disposed.</summary>
    internal IDisposable UseProducts() =>
        LinearProducts.Use(ProductMeasurement.Choose(Inference.LinearProduct, Device, Backbone.Image.FeatureDimension));

    /// <summary>Features (B, D) to logits (B, C).</summary>
    internal abstract Tensor Classify(Tensor features);

    /// <summary>Makes images ready for this model as <see cref="Inference"/> has it now.</summary>
    internal ImagePreparer CreatePreparer() => new(Backbone.Config.Preprocess, Inference, Decoder ?? new SkiaImageDecoder());

    /// <inheritdoc/>
    public async IAsyncEnumerable<Prediction> PredictEachAsync(
        IAsyncEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        PredictionOptions wanted = options ?? new PredictionOptions();
        OptionsValidator.ThrowIfInvalid(wanted);
        UnreadablePolicy unreadable = Inference.Unreadable;
        ImagePreparer preparer = CreatePreparer();
        await foreach (
            PreparedImage[] batch in PreparedBatches.ReadAsync(images, preparer, wanted.Limits, cancellationToken).ConfigureAwait(false)
        )
        {
            Prediction[] predictions;
            try
            {
                if (
                    !wanted.KeepErrors
                    && unreadable == UnreadablePolicy.Fail
                    && batch.FirstOrDefault(image => image.Error is not null) is { Error: LiftPlusException error }
                )
                    throw error;
                predictions = await Task.Run(() => Predictor.Predict(this, batch, preparer.Shape, _ => wanted), cancellationToken)
                    .ConfigureAwait(false);
            }
            finally
            {
                PreparedBatches.Free(batch);
            }

            foreach (Prediction prediction in predictions.Where(prediction => prediction.Error is null || wanted.KeepErrors))
                yield return prediction;
        }
    }

    /// <inheritdoc/>
    public EvaluationReport Evaluate(
        ImageDataset test,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var clock = Stopwatch.StartNew();
        ImmutableArray<int> labelOf = ClassNameMap.Match(test.ClassNames, ClassNames);
        var metrics = new ClassificationMetricsBuilder(Classes);
        IReadOnlyList<UnreadableImage> skipped = Run(
            test,
            progress,
            (batch, logits) =>
            {
                long[] labels = [.. batch.Indices.Select(index => (long)labelOf[test[index].Label])];
                metrics.Add(tensor(labels), logits, batch.Indices);
            },
            cancellationToken
        );
        return Describe(
            new EvaluationReport
            {
                Metrics = metrics.Build(),
                Classes = Classes,
                Outcomes = metrics.Outcomes,
                Images = ImageNames.Of(test),
                Parameters = Backbone.ParameterCount,
                Seconds = clock.Elapsed.TotalSeconds,
                SkippedImages = skipped,
                Environment = RunEnvironment.Current(Device),
            }
        );
    }

    /// <summary>Adds to a report what only the kind of model knows.</summary>
    private protected virtual EvaluationReport Describe(EvaluationReport report) => report;

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        Backbone.Dispose();
        GC.SuppressFinalize(this);
    }

    private IReadOnlyList<UnreadableImage> Run(
        ImageDataset images,
        IProgress<EvaluationProgress>? progress,
        Action<ImageBatch, Tensor> use,
        CancellationToken cancellationToken
    )
    {
        InferenceOptions options = Inference;
        using BatchLoader loader = InferenceLoader.Create(images, Backbone.Config.Preprocess, options, Decoder);
        int done = 0;
        using IDisposable noGrad = no_grad();
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0, cancellationToken: cancellationToken))
        {
            using (batch)
            using (NewDisposeScope())
                use(batch, TestTimeEnsemble.Logits(batch.Images.to(Device), Logits));
            progress?.Report(new EvaluationProgress(++done, loader.BatchCount));
        }

        return loader.Skipped;
    }
}
