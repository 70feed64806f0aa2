using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Onnx;
using LiftPlus.Peft;
using LiftPlus.Sites;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>Exports adapters, classifiers and encoders of a user.</summary>
public sealed class OnnxOwnModuleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(AdapterSites.MlpBranch)]
    [InlineData(AdapterSites.Tokens)]
    [InlineData(AdapterSites.AttentionInput)]
    [InlineData(AdapterSites.Fc1)]
    public void OwnAdaptersAndClassifiers_AreWritten(AdapterSites site)
    {
        using FineTunedModel model = ToyModels.Create("CLIP", new GateOptions { Sites = site }, new SigmoidOptions());
        AssertSame(model);
    }

    [Theory]
    [InlineData(AdapterSites.AttentionOutput)]
    [InlineData(AdapterSites.Query)]
    public void AnAdapterThatFoldsNeedsNothingElse(AdapterSites site)
    {
        using FineTunedModel model = ToyModels.Create("CLIP", new ShiftOptions { Sites = site });
        AssertSame(model);
    }

    [Fact]
    public void AnOwnEncoder_IsWritten()
    {
        var config = new BackboneConfig
        {
            Name = "mean color",
            Image = new MeanColorConfig { ImageSize = 8 },
            Preprocess = new PreprocessConfig { ImageSize = 8 },
        };
        using FineTunedModel model = ToyModels.Create(() => new Backbone(config), []);
        AssertSame(model);
    }

    private void AssertSame(FineTunedModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        OnnxExport.Save(model, _folder["model.onnx"]);
        using OnnxModel exported = new(_folder["model.onnx"]);
        Tensor images = ToyModels.Images(model.Backbone, 2);
        Assert.InRange(TensorMath.Subtract(model.Logits(images), exported.Run(images)).abs().max().item<float>(), 0, 1e-4);
    }

    private sealed record GateOptions : AdapterOptions
    {
        public override string Type => "gate";

        public override AdapterSites Sites { get; init; }

        public override Adapter CreateAdapter(AdapterContext context) => new Gate(context.OutputWidth);
    }

    private sealed class Gate : Adapter, IOnnxModule
    {
        private readonly Parameter factor; // (D)

        public Gate(long width)
            : base(nameof(Gate))
        {
            factor = new Parameter(ones(width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor output) => output.mul(factor);

        public string Write(OnnxGraph graph, params string[] inputs) => graph.Apply("Mul", [inputs[1], graph.Constant(factor)]);
    }

    private sealed record ShiftOptions : AdapterOptions
    {
        public override string Type => "shift";

        public override AdapterSites Sites { get; init; }

        public override Adapter CreateAdapter(AdapterContext context) => new Shift(context.OutputWidth);
    }

    private sealed class Shift : Adapter, IMergeableAdapter
    {
        private readonly Parameter shift; // (D)

        public Shift(long width)
            : base(nameof(Shift))
        {
            shift = new Parameter(zeros(width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor output) => TensorMath.Add(output, shift);

        public (Tensor Weight, Tensor? Bias) Merge(Tensor weight, Tensor? bias) =>
            (weight, bias is null ? shift : TensorMath.Add(bias, shift));
    }

    private sealed record SigmoidOptions : ClassifierOptions
    {
        public override string Type => "sigmoid";

        public override Classifier CreateClassifier(ClassifierContext context) => new SigmoidClassifier(context);
    }

    private sealed class SigmoidClassifier : Classifier, IOnnxModule
    {
        private readonly Parameter weight; // (C, D)

        public SigmoidClassifier(ClassifierContext context)
            : base(nameof(SigmoidClassifier))
        {
            weight = new Parameter(randn(context.ClassCount, context.FeatureWidth, generator: context.Random));
            RegisterComponents();
        }

        public override Parameter Weight => weight;

        public override Tensor forward(Tensor features) => features.mm(weight.t()).sigmoid();

        public string Write(OnnxGraph graph, params string[] inputs) =>
            graph.Apply("Sigmoid", [graph.Apply("MatMul", [inputs[0], graph.Constant(weight.t())])]);
    }

    private sealed record MeanColorConfig : ImageEncoderConfig
    {
        public override int FeatureDimension => 3;

        public override ImageEncoder CreateEncoder() => new MeanColor();
    }

    private sealed class MeanColor : ImageEncoder, IOnnxModule
    {
        private readonly Parameter factor = new(ones(3));

        public MeanColor()
            : base(nameof(MeanColor)) => RegisterComponents();

        public override long FeatureDimension => 3;

        public override AdapterSite FeatureSite { get; } = new();

        public override Tensor forward(Tensor images) => images.mean([2, 3]).mul(factor);

        public string Write(OnnxGraph graph, params string[] inputs)
        {
            string mean = graph.Apply("ReduceMean", [inputs[0], graph.Constant(2, 3)], ("keepdims", 0L));
            return graph.Apply("Mul", [mean, graph.Constant(factor)]);
        }
    }
}
