using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Layers;
using LiftPlus.Losses;
using LiftPlus.Onnx;
using LiftPlus.Optimization;
using LiftPlus.Peft;
using LiftPlus.Weights.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Runs LIFT+ steps of CLIP's ViT-B/16, or of another image tower, with random weights: AdaptFormer (LayerNorm tuning for ConvNeXt,
/// BatchNorm tuning for a ResNet), cosine classifier, logit-adjusted loss, SGD; 8 images of 100 classes.
/// </summary>
internal sealed class VitStep : IDisposable
{
    public const int BatchSize = 8;
    public const int ClassCount = 100;

    private readonly Backbone _backbone;
    private readonly Classifier _head;
    private readonly LongTailLoss _loss;
    private readonly Optimizer _optimizer;
    private readonly Tensor _images = rand(BatchSize, 3, 224, 224);
    private readonly Tensor _labels = randint(0, ClassCount, [BatchSize]);

    private readonly LinearProducts _chosen;
    private readonly PackedWeights _packed = new(ProductMeasurement.Packed);

    /// <summary>Creates it.</summary>
    /// <param name="type">The type of frozen weights.</param>
    /// <param name="product">The form of linear products.</param>
    public VitStep(ScalarType type, LinearProduct product = LinearProduct.Auto)
        : this(KnownBackbones.ClipViTB16, type, product) { }

    /// <summary>Creates it for another image tower, whose images have 224 pixels.</summary>
    public VitStep(BackboneConfig config, ScalarType type, LinearProduct product = LinearProduct.Auto)
    {
        _chosen = ProductMeasurement.Choose(product, CPU, config.Image.FeatureDimension);
        using var random = new Generator(0);
        _backbone = Create(config);
        if (type != float32)
            _backbone.StoreImageWeightsAs(type);
        PeftOptions method = config.Image switch
        {
            ConvNextConfig => new LayerNormTuningOptions(),
            ResNetConfig => new BatchNormTuningOptions { UpdateStatistics = false },
            _ => new AdaptFormerOptions(),
        };
        method.Apply(new PeftContext(_backbone, ClassCount, random));
        _head = new CosineClassifierOptions().CreateClassifier(new ClassifierContext(_backbone.Image.FeatureDimension, ClassCount, random));
        var classes = new ClassDistribution(
            Enumerable.Range(0, ClassCount).Select(c => $"class {c}"),
            [.. Enumerable.Range(0, ClassCount).Select(c => 500 - 4 * c)]
        );
        _loss = new LogitAdjustedLossOptions().CreateLoss(new LossContext(classes, _head.LogitScale, CPU));
        _optimizer = new SgdOptions().CreateOptimizer(
            _backbone
                .named_parameters()
                .Where(entry => entry.parameter.requires_grad)
                .Concat(_head.named_parameters())
                .Select(entry => new OptimizedParameter(entry.name, entry.parameter))
        );
    }

    /// <summary>
    /// Gets the multiplications and additions in the forward pass of one batch, without any shortcut: 35.1 GFLOP per image.
    /// </summary>
    public static double ForwardOperations => BatchSize * TowerOperations.Of(KnownBackbones.ClipViTB16.Image);

    /// <summary>The bytes of the weights in float32.</summary>
    public const long ModelBytes = sizeof(float) * 86_000_000L;

    /// <summary>Gets or sets what is called between the forward and the backward pass, where a step holds most.</summary>
    public Action? Midway { get; set; }

    /// <summary>Whether blocks are computed again in the backward pass.</summary>
    public bool IsRecomputed { get; init; }

    /// <summary>
    /// Estimates the bytes that the backward pass of a float32 step needs: the activations of blocks 2 to 11 and of the adapter of the
    /// first block, or, with recomputation, the output of each block and the activations and gradients of one block.
    /// </summary>
    public static long EstimatedStepBytes(bool isRecomputed)
    {
        const long tokens = BatchSize * 197;
        const long width = 768;
        // X, q k v, attention, h, the output of fc1, the normalised input of the adapter.
        const long block = width * (1 + 3 + 1 + 1 + 4 + 1);
        const long first = width * (1 + 1);
        return sizeof(float) * tokens * (isRecomputed ? 12 * width + block + width * 4 : 10 * block + first + width * 3);
    }

    /// <summary>Gets what the choice of the linear product's form was made by; null where there was none to make.</summary>
    public string? Measured => _chosen.Measured;

    /// <summary>Writes the model as an ONNX file: images (N, 3, 224, 224) to logits.</summary>
    public void WriteOnnx(string path, OnnxWeights weights) =>
        OnnxExport.Write(
            path,
            new OnnxExportOptions { Weights = weights },
            [],
            graph =>
            {
                string images = graph.Input("images", OnnxType.Float, "batch", 3, 224, 224);
                string features = graph.Module(_backbone.Image, "the image encoder", images);
                graph.Output("logits", graph.Module(_head, "the classifier", features), "batch", ClassCount);
            },
            CancellationToken.None
        );

    /// <summary>The first images of the batch.</summary>
    public Tensor Images(int count) => _images.narrow(0, 0, count).clone();

    public void Train()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable products = LinearProducts.Use(() => _chosen);
        using BlockRecomputation? recomputation = IsRecomputed ? _backbone.RecomputeBlocks() : null;
        Tensor loss = _loss.forward(Logits(_images), _labels);
        Midway?.Invoke();
        loss.backward();
        recomputation?.Backward();
        _optimizer.Step(0.02);
        _optimizer.ZeroGrad();
    }

    public void Infer(long images = BatchSize, bool isPacked = false) => InferLogits(images, isPacked);

    /// <summary>The logits of the first images, row by row, by the weights as they are or by packed ones.</summary>
    public float[] InferLogits(long images = BatchSize, bool isPacked = false)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using IDisposable products = LinearProducts.Use(() => _chosen with { PackedWeights = isPacked ? _packed : null });
        return Logits(_images.narrow(0, 0, images)).data<float>().ToArray();
    }

    /// <summary>Predicts from five views of each image in one batch.</summary>
    public void InferEnsemble()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable products = LinearProducts.Use(() => _chosen);
        using IDisposable noGrad = no_grad();
        TestTimeEnsemble.Logits(_images.unsqueeze(1).expand(-1, 5, -1, -1, -1), Logits);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _loss.Dispose();
        _packed.Dispose();
        _head.Dispose();
        _backbone.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }

    /// <summary>Creates the image tower with random weights.</summary>
    public static Backbone Create() => Create(KnownBackbones.ClipViTB16);

    private static Backbone Create(BackboneConfig config)
    {
        var backbone = new Backbone(config with { Text = null, EmbedDimension = null });
        backbone.Initialize(0);
        return backbone;
    }

    private Tensor Logits(Tensor images) => _head.forward(_backbone.EncodeImage(images));
}
