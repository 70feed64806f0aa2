using LiftPlus.Recipe;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>Compares exported models of every backbone family, method and classifier in ONNX Runtime with the library.</summary>
public sealed class OnnxContractTests(ITestOutputHelper output) : IDisposable
{
    private const AdapterSites Everywhere =
        AdapterSites.Query
        | AdapterSites.Key
        | AdapterSites.Value
        | AdapterSites.AttentionInput
        | AdapterSites.AttentionOutput
        | AdapterSites.Fc1
        | AdapterSites.Fc2;

    private const string None = "no method";

    private static readonly Dictionary<string, PeftOptions> s_methods = new()
    {
        ["adaptformer"] = new AdaptFormerOptions(),
        ["adaptformer, two layers"] = new AdaptFormerOptions { Dimension = 3, Layers = LayerSelection.From(0, 2) },
        ["adaptformer, every site"] = new AdaptFormerOptions
        {
            Dimension = 2,
            Sites = Everywhere | AdapterSites.MlpOutput | AdapterSites.MlpBranch | AdapterSites.Tokens,
        },
        ["adapter"] = new BottleneckAdapterOptions { Dimension = 2 },
        ["adapter, every site"] = new BottleneckAdapterOptions
        {
            Dimension = 2,
            Sites = Everywhere | AdapterSites.MlpOutput | AdapterSites.MlpBranch | AdapterSites.Tokens,
        },
        ["lora"] = new LoraOptions(),
        ["lora, more sites"] = new LoraOptions
        {
            Rank = 3,
            Alpha = 7,
            Sites = Everywhere & ~AdapterSites.AttentionInput,
        },
        ["dora"] = new LoraOptions
        {
            Rank = 2,
            Dora = true,
            RankStabilized = true,
            Sites = Everywhere & ~AdapterSites.AttentionInput,
        },
        ["ssf"] = new SsfOptions(),
        ["prompt"] = new VisualPromptOptions { Length = 3 },
        ["prompt, shallow"] = new VisualPromptOptions { Layers = LayerSelection.From(0) },
        ["bitfit"] = new BitFitOptions(),
        ["layernorm"] = new LayerNormTuningOptions(),
        ["aft"] = new ArbitraryFineTuningOptions { Ratio = 0.3 },
        ["full"] = new FullFineTuningOptions { Layers = LayerSelection.Last(2) },
        ["projection"] = new ProjectionTuningOptions(),
        ["clip-adapter"] = new ClipAdapterOptions(),
        ["coop"] = new CoOpOptions { Length = 3 },
        ["adaptformer, text"] = new AdaptFormerOptions { Tower = Tower.Text },
        ["batchnorm"] = new BatchNormTuningOptions { Layers = LayerSelection.Last(3) },
    };

    private static readonly string[] s_ofResNets = ["ssf", "bitfit", "full", "batchnorm"];

    private static readonly string[] s_ofConvNeXts = ["layernorm", "bitfit", "full"];

    private static readonly Dictionary<string, ClassifierOptions> s_heads = new()
    {
        ["cosine"] = new CosineClassifierOptions(),
        ["cosine, bias"] = new CosineClassifierOptions { Scale = 12, Bias = true },
        ["linear"] = new LinearClassifierOptions(),
        ["l2norm"] = new L2NormClassifierOptions(),
        ["layernorm"] = new LayerNormClassifierOptions(),
        ["text"] = new TextClassifierOptions(),
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string family in ToyModels.Families.Keys)
        {
            cases.Add(family, None);
            foreach ((string method, PeftOptions options) in s_methods)
            {
                bool fits = options switch
                {
                    ProjectionTuningOptions => family == "CLIP",
                    CoOpOptions => ToyModels.HasText(family) && family != "CLIP, last token",
                    { NeedsTextClassifier: true } => ToyModels.HasText(family),
                    _ when family == "ConvNeXt" => s_ofConvNeXts.Contains(method),
                    _ => ToyModels.IsResNet(family) ? s_ofResNets.Contains(method) : method != "batchnorm",
                };
                if (fits)
                    cases.Add(family, method);
            }
        }

        return cases;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryBuiltInComponentIsListed()
    {
        AssertListed(s_methods.Values);
        AssertListed(s_heads.Values);

        static void AssertListed<T>(IEnumerable<T> rows)
            where T : ComponentOptions =>
            Assert.Equal(
                BuiltInComponents.All.OfType<T>().Select(options => options.GetType().Name).Order(),
                rows.Select(row => row.GetType().Name).Distinct().Order()
            );
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheFileGivesTheLibrarysNumbers(string family, string method)
    {
        PeftOptions? options = s_methods.GetValueOrDefault(method);
        double largest = 0;
        foreach ((string head, ClassifierOptions classifier) in s_heads)
        {
            bool fits = classifier.HasWeight ? options?.NeedsTextClassifier != true : ToyModels.HasText(family);
            if (!fits)
                continue;
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            using FineTunedModel model = ToyModels.Create(family, options, classifier);
            OnnxExport.Save(model, _folder["model.onnx"]);
            using OnnxModel exported = new(_folder["model.onnx"]);
            foreach (int count in new[] { 1, 3 })
                largest = Math.Max(largest, Compare(model, exported, count, ToyModels.IsResNet(family) ? 2e-4 : 2e-5, head));
        }

        output.WriteLine($"{family}, {method}: {largest:0.0e0} of the logits' range");
    }

    private static double Compare(FineTunedModel model, OnnxModel exported, int count, double bound, string head)
    {
        Tensor images = ToyModels.Images(model.Backbone, count);
        Tensor expected = model.Logits(images),
            found = exported.Run(images);
        Assert.Equal(expected.shape, found.shape);
        double difference = Difference(expected, found) / TensorMath.Subtract(expected.max(), expected.min()).item<float>();
        Assert.True(difference <= bound, $"{head}, {count} images: the logits differ by {difference:0.0e0} of their range.");
        Assert.Equal(expected.argmax(1).data<long>(), found.argmax(1).data<long>());
        Tensor features = model.Backbone.EncodeImage(images);
        Assert.InRange(Difference(features, exported.Run(images, "features")) / features.abs().max().item<float>(), 0, bound);
        Assert.InRange(Difference(expected.softmax(1), exported.Run(images, "probabilities")), 0, 1e-3);
        return difference;
    }

    private static double Difference(Tensor a, Tensor b) => TensorMath.Subtract(a, b).abs().max().item<float>();
}
