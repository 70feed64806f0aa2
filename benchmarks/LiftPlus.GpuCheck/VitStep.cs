using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using LiftPlus.Peft;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.GpuCheck;

/// <summary>
/// One LIFT+ step of CLIP's ViT-B/16 with random weights on a device: AdaptFormer, cosine head, logit-adjusted loss, SGD; 100 classes.
/// </summary>
internal sealed class VitStep : IDisposable
{
    private const int ClassCount = 100;
    private const string Head = "head";

    private readonly int _depth;
    private readonly Backbone _backbone;
    private readonly Classifier _head;
    private readonly LongTailLoss _loss;
    private readonly Optimizer _optimizer;
    private readonly LossScale? _scale;
    private readonly Parameter[] _trained;

    /// <summary>Creates it.</summary>
    /// <param name="device">Where.</param>
    /// <param name="storage">The type of frozen weights.</param>
    /// <param name="depth">The blocks of the ViT.</param>
    /// <param name="batchSize">Images a step.</param>
    /// <param name="file">Where all weights, images and labels go in float32 for the peer; null for nowhere.</param>
    public VitStep(Device device, ScalarType storage, int depth, int batchSize, string? file = null)
    {
        using var random = new Generator(0);
        manual_seed(0);
        _depth = depth;
        BackboneConfig large = KnownBackbones.ClipViTB16;
        var image = (VisionTransformerConfig)large.Image;
        _backbone = new(large with { Image = image with { Depth = depth }, Text = null, EmbedDimension = null });
        _backbone.Initialize(0);
        using IDisposable noGrad = no_grad();
        Tensor images = randn(batchSize, 3, 224, 224);
        Tensor labels = randint(0, ClassCount, [batchSize], dtype: int64);
        Dictionary<string, Tensor> kept = _backbone.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.clone());
        _backbone.to(device);
        if (storage != float32)
            _backbone.StoreImageWeightsAs(storage);
        new AdaptFormerOptions().Apply(new PeftContext(_backbone, ClassCount, random));
        foreach ((string name, Parameter parameter) in _backbone.named_parameters().Where(entry => entry.parameter.requires_grad))
        {
            if (name.EndsWith("up.weight", StringComparison.Ordinal)) // zero at the start: the peer would not notice a missing adapter
                parameter.copy_(randn(parameter.shape, generator: random).mul(TensorMath.Hold(0.02)));
            kept[name] = parameter;
        }

        _head = new CosineClassifierOptions().CreateClassifier(new ClassifierContext(_backbone.Image.FeatureDimension, ClassCount, random));
        _head.to(device);
        kept[Head] = _head.Weight!;
        (kept["images"], kept["labels"]) = (images, labels);
        if (file is not null)
            Safetensors.Write(file, kept);
        (Images, Labels) = (images.to(device), labels.to(device));

        ClassDistribution classes = new(
            Enumerable.Range(0, ClassCount).Select(c => $"class {c}"),
            [.. Enumerable.Range(0, ClassCount).Select(c => 500 - 4 * c)]
        );
        _loss = new LogitAdjustedLossOptions().CreateLoss(new LossContext(classes, _head.LogitScale, device));
        OptimizedParameter[] trained =
        [
            .. _backbone
                .named_parameters()
                .Where(entry => entry.parameter.requires_grad)
                .Concat(_head.named_parameters())
                .Select(entry => new OptimizedParameter(entry.name, entry.parameter)),
        ];
        _trained = [.. trained.Select(entry => entry.Parameter)];
        _optimizer = new SgdOptions().CreateOptimizer(trained);
        _scale = storage == float16 ? new LossScale() : null;
    }

    /// <summary>Gets the batch on the device.</summary>
    public Tensor Images { get; }

    /// <summary>Gets its labels.</summary>
    public Tensor Labels { get; }

    /// <summary>Gets the operations of one image's forward pass.</summary>
    public double ForwardOperations
    {
        get
        {
            const double patches = 196;
            const double tokens = patches + 1;
            const double width = 768;
            return 2 * (patches * width * width + _depth * tokens * width * (12 * width + 2 * tokens));
        }
    }

    /// <summary>One training step on these images, by default on the batch.</summary>
    public void Train(Tensor? images = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = _loss.forward(Logits(images ?? Images), Labels);
        (_scale?.Apply(loss) ?? loss).backward();
        _scale?.Unscale(_trained);
        _optimizer.Step(0.02);
        _optimizer.ZeroGrad();
    }

    /// <summary>The logits of the batch.</summary>
    public Tensor Infer()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        return Logits(Images).MoveToOuterDisposeScope();
    }

    /// <summary>Five views of a fifth of the batch.</summary>
    public void InferFiveCrops()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor part = Images.narrow(0, 0, Math.Max(1, Images.shape[0] / 5));
        TestTimeEnsemble.Logits(part.unsqueeze(1).expand(-1, 5, -1, -1, -1), Logits);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _loss.Dispose();
        _head.Dispose();
        _backbone.Dispose();
        Images.Dispose();
        Labels.Dispose();
    }

    private Tensor Logits(Tensor images) => _head.forward(_backbone.EncodeImage(images));
}
