using System.Collections.Immutable;
using System.Diagnostics;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>What every classifier of pictures shares: loading, test-time ensembling, top classes, evaluation.</summary>
public abstract class ImageClassifier : IImageClassifier
{
    private readonly IImageDecoder? _decoder;

    private protected ImageClassifier(Backbone backbone, ClassDistribution classes, InferenceOptions inference, IImageDecoder? decoder)
    {
        Backbone = backbone;
        Classes = classes;
        Inference = inference;
        _decoder = decoder;
    }

    /// <summary>The model that makes the features.</summary>
    public Backbone Backbone { get; }

    /// <summary>The classes, with the number of training images of each: what puts a class into its group.</summary>
    public ClassDistribution Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => Classes.Names;

    /// <summary>How the model looks at a picture; may be changed between calls.</summary>
    public InferenceOptions Inference { get; set; }

    /// <summary>Where the model computes.</summary>
    public Device Device => Backbone.Device;

    /// <summary>Normalised pictures (B, 3, R, R) on the model's device to logits (B, C).</summary>
    public abstract Tensor Logits(Tensor images);

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<string> paths, int top = 5, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        if (paths.Count == 0)
            return [];
        int k = Math.Min(top, ClassNames.Count);
        List<Prediction> predictions = [];
        Run(new ImageDataset(paths.Select(path => new LabeledImage(path, 0)), ClassNames), null, cancellationToken, (batch, logits) =>
        {
            (Tensor values, Tensor labels) = logits.softmax(1).topk(k, 1);
            float[] probabilities = [.. values.cpu().data<float>()];
            long[] classes = [.. labels.cpu().data<long>()];
            for (int i = 0; i < batch.Count; i++)
            {
                int row = i * k;
                predictions.Add(new Prediction(
                    paths[batch.Indices[i]],
                    [.. Enumerable.Range(row, k).Select(j => new ClassScore((int)classes[j], ClassNames[(int)classes[j]], probabilities[j]))]));
            }
        });
        return predictions;
    }

    /// <inheritdoc/>
    public EvaluationReport Evaluate(ImageDataset test, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var clock = Stopwatch.StartNew();
        ImmutableArray<int> labelOf = ClassNameMap.Match(test.ClassNames, ClassNames);
        var metrics = new ClassificationMetricsBuilder(Classes);
        IReadOnlyList<UnreadablePicture> skipped = Run(test, progress, cancellationToken, (batch, logits) =>
        {
            long[] labels = [.. batch.Indices.Select(index => (long)labelOf[test[index].Label])];
            metrics.Add(tensor(labels), logits, batch.Indices);
        });
        return Describe(new EvaluationReport
        {
            Metrics = metrics.Build(),
            Classes = Classes,
            Outcomes = metrics.Outcomes,
            Pictures = PictureNames.Of(test),
            Parameters = Backbone.ParameterCount,
            Seconds = clock.Elapsed.TotalSeconds,
            SkippedPictures = skipped,
            Environment = RunEnvironment.Current(Device),
        });
    }

    /// <summary>Adds to a report what only the kind of model knows.</summary>
    private protected virtual EvaluationReport Describe(EvaluationReport report) => report;

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        Backbone.Dispose();
        GC.SuppressFinalize(this);
    }

    private IReadOnlyList<UnreadablePicture> Run(ImageDataset images, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken, Action<ImageBatch, Tensor> use)
    {
        InferenceOptions options = Inference;
        using BatchLoader loader = InferenceLoader.Create(images, Backbone.Config.Preprocess, options, _decoder);
        int done = 0;
        using IDisposable noGrad = no_grad();
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0, cancellationToken))
        {
            using (batch)
            using (NewDisposeScope())
                use(batch, TestTimeEnsemble.Logits(batch.Images.to(Device), Logits));
            progress?.Report(new EvaluationProgress(++done, loader.BatchCount));
        }

        return loader.Skipped;
    }
}
