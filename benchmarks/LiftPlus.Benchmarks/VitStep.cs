using LiftPlus.Classifiers;
using LiftPlus.Layers;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using LiftPlus.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Runs LIFT+ steps of CLIP's ViT-B/16 with random weights: AdaptFormer, cosine classifier, logit-adjusted loss, SGD; 8 images of 100
/// classes.
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

    public VitStep(ScalarType type)
    {
        using var random = new Generator(0);
        _backbone = Create();
        if (type != float32)
            _backbone.StoreImageWeightsAs(type);
        new AdaptFormerOptions().Apply(new PeftContext(_backbone, ClassCount, random));
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
    public static double ForwardOperations
    {
        get
        {
            const double patches = 196;
            const double tokens = patches + 1;
            const double width = 768;
            const double depth = 12;
            double block =
                tokens * width * 3 * width + tokens * width * width + 2 * tokens * tokens * width + 2 * tokens * width * 4 * width;
            return 2 * BatchSize * (patches * width * width + depth * block);
        }
    }

    /// <summary>The bytes of the weights in float32.</summary>
    public const long ModelBytes = sizeof(float) * 86_000_000L;

    /// <summary>Gets whether blocks are recomputed in the backward pass.</summary>
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

    public void Train()
    {
        using DisposeScope scope = NewDisposeScope();
        using BlockRecomputation? recomputation = IsRecomputed ? _backbone.RecomputeBlocks() : null;
        _loss.forward(Logits(_images), _labels).backward();
        recomputation?.Backward();
        _optimizer.Step(0.02);
        _optimizer.ZeroGrad();
    }

    public void Infer(long images = BatchSize)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Logits(_images.narrow(0, 0, images));
    }

    /// <summary>Predicts from five views of each image in one batch.</summary>
    public void InferEnsemble()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        TestTimeEnsemble.Logits(_images.unsqueeze(1).expand(-1, 5, -1, -1, -1), Logits);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _loss.Dispose();
        _head.Dispose();
        _backbone.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }

    /// <summary>Creates the image tower with random weights.</summary>
    public static Backbone Create()
    {
        var backbone = new Backbone(KnownBackbones.ClipViTB16 with { Text = null, EmbedDimension = null });
        backbone.Initialize(0);
        return backbone;
    }

    private Tensor Logits(Tensor images) => _head.forward(_backbone.EncodeImage(images));
}
