using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Models;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Exports;

public sealed class MergedExportTests : IDisposable
{
    private static readonly BackboneConfig s_clip = new()
    {
        Name = "test CLIP",
        Image = new VisionTransformerConfig
        {
            ImageSize = 16,
            PatchSize = 8,
            Width = 48,
            Depth = 3,
            Heads = 3,
            HiddenSize = 80,
        },
        Text = new TextTransformerConfig
        {
            ContextLength = 12,
            VocabularySize = 40,
            Width = 64,
            Depth = 2,
            Heads = 2,
            HiddenSize = 96,
        },
        EmbedDimension = 20,
        Preprocess = new PreprocessConfig { ImageSize = 16 },
    };

    private static readonly Dictionary<string, ImmutableArray<PeftOptions>> s_methods = new()
    {
        ["none"] = [],
        ["lora"] = [new LoraOptions { Rank = 3 }],
        ["lora everywhere"] =
        [
            new LoraOptions { Sites = AdapterSites.Key | AdapterSites.AttentionOutput | AdapterSites.Fc1 | AdapterSites.Fc2 },
        ],
        ["ssf"] = [new SsfOptions()],
        ["aft"] = [new ArbitraryFineTuningOptions { Ratio = 0.3 }],
        ["bitfit"] = [new BitFitOptions()],
        ["layernorm"] = [new LayerNormTuningOptions()],
        ["full"] = [new FullFineTuningOptions()],
        ["partial"] = [new FullFineTuningOptions { Layers = LayerSelection.Last(1) }],
        ["together"] = [new LoraOptions(), new SsfOptions(), new ArbitraryFineTuningOptions { Ratio = 0.3 }, new BitFitOptions()],
    };

    private readonly string _folder = TestWorld.TemporaryFolder();

    public static TheoryData<string, bool, WeightNaming> Cases()
    {
        var cases = new TheoryData<string, bool, WeightNaming>();
        foreach (string method in s_methods.Keys)
        {
            foreach (WeightNaming naming in Enum.GetValues<WeightNaming>())
                cases.Add(method, true, naming);
            cases.Add(method, false, WeightNaming.HuggingFace);
            cases.Add(method, false, WeightNaming.Timm);
        }

        return cases;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheExportedBackbone_GivesTheSameFeaturesAndLogits(string method, bool isClip, WeightNaming naming)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using FineTunedModel model = Model(isClip ? s_clip : TestWorld.Config, s_methods[method]);
        Dictionary<string, byte[]> before = State(model.Backbone);
        Tensor images = randn(4, 3, 16, 16),
            features = model.Backbone.EncodeImage(images),
            logits = model.Logits(images);
        MergedExport.Save(model, Path.Combine(_folder, "out"), naming);

        using Backbone exported = Backbone.Load(Path.Combine(_folder, "out"));
        exported.eval();
        Tensor found = exported.EncodeImage(images);
        AssertClose(features, found);
        using Safetensors head = Safetensors.Open(Path.Combine(_folder, "out", MergedExport.ClassifierFile));
        double scale = double.Parse(head.Metadata["logit_scale"], CultureInfo.InvariantCulture);
        Tensor cosine = nn.functional.linear(TensorMath.Normalize(found), TensorMath.Normalize(head.Read("weight")));
        AssertClose(logits, TensorMath.Scale(cosine, scale));
        Assert.Equal("cosine", head.Metadata["type"]);
        Assert.Equal(TestWorld.Names, JsonSerializer.Deserialize<string[]>(head.Metadata["class_names"])!);

        // The model in memory is what it was.
        Assert.Equal(before, State(model.Backbone));
        Assert.Equal(logits.bytes, model.Logits(images).bytes);
        Assert.Equal([Path.Combine(_folder, "out")], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void AnExport_DiffersFromTheUntouchedBackbone()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        foreach ((string method, ImmutableArray<PeftOptions> peft) in s_methods.Where(entry => entry.Key != "none"))
        {
            using FineTunedModel model = Model(s_clip, peft),
                plain = Model(s_clip, []);
            Tensor images = randn(4, 3, 16, 16);
            double difference = TensorMath
                .Subtract(model.Backbone.EncodeImage(images), plain.Backbone.EncodeImage(images))
                .abs()
                .max()
                .item<float>();
            Assert.True(difference > 1e-2, $"{method} changes the features by {difference} only, so its export is not tested.");
        }
    }

    [Fact]
    public void ALinearHead_HasItsBias()
    {
        using FineTunedModel model = Model(TestWorld.Config, [], new LinearClassifierOptions());
        MergedExport.Save(model, Path.Combine(_folder, "out"), WeightNaming.Timm);
        using Safetensors head = Safetensors.Open(Path.Combine(_folder, "out", MergedExport.ClassifierFile));
        Assert.Equal(["bias", "weight"], head.Tensors.Keys.Order());
        Assert.Equal(("linear", "1"), (head.Metadata["type"], head.Metadata["logit_scale"]));
    }

    [Theory]
    [InlineData(WeightNaming.HuggingFace)]
    [InlineData(WeightNaming.OpenAI)]
    public void ATextHead_IsItsTextsEmbeddings(WeightNaming naming)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using FineTunedModel model = Model(
            () => Backbone.Load(Path.Combine(Repository.Root, "samples", "assets", "tiny-clip")),
            [new LoraOptions { Tower = Tower.Text }, new ProjectionTuningOptions()],
            new TextClassifierOptions()
        );
        Tensor images = randn(4, 3, 32, 32),
            logits = model.Logits(images);
        MergedExport.Save(model, Path.Combine(_folder, "out"), naming);
        using Backbone exported = Backbone.Load(Path.Combine(_folder, "out"));
        exported.eval();
        using Safetensors head = Safetensors.Open(Path.Combine(_folder, "out", MergedExport.ClassifierFile));
        AssertClose(logits, exported.Logits(exported.ProjectImage(exported.EncodeImage(images)), head.Read("weight")), 1e-3);
        Assert.NotNull(exported.Tokenizer);
        using var zeroShot = new ZeroShotClassifier(exported, model.Classes);
        AssertClose(logits, zeroShot.Logits(images), 1e-3);
        Assert.Contains(
            "WeightNaming",
            Assert.Throws<LiftPlusException>(() => MergedExport.Save(model, Path.Combine(_folder, "timm"), WeightNaming.Timm)).Message
        );
    }

    [Fact]
    public void MethodsThatCannotFold_AreAllNamed()
    {
        using FineTunedModel model = Model(
            s_clip,
            [new LoraOptions(), new AdaptFormerOptions(), new VisualPromptOptions(), new BottleneckAdapterOptions { Tower = Tower.Text }]
        );
        string message = Assert.Throws<LiftPlusException>(() => MergedExport.Save(model, Path.Combine(_folder, "out"))).Message;
        Assert.Contains("'adapter', 'adaptformer', 'prompt' cannot be folded", message);
        Assert.DoesNotContain("'lora'", message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void AFolderThatIsNotEmpty_IsLeftAlone()
    {
        using FineTunedModel model = Model(TestWorld.Config, []);
        File.WriteAllText(Path.Combine(_folder, "config.json"), "mine");
        Assert.Contains("not empty", Assert.Throws<LiftPlusException>(() => MergedExport.Save(model, _folder)).Message);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder, "config.json")));
    }

    // As after training: every trained value is away from where it started.
    private static FineTunedModel Model(BackboneConfig config, ImmutableArray<PeftOptions> peft, ClassifierOptions? head = null) =>
        Model(
            () =>
            {
                var backbone = new Backbone(config);
                backbone.Initialize(1);
                return backbone;
            },
            peft,
            head
        );

    private static FineTunedModel Model(Func<Backbone> create, ImmutableArray<PeftOptions> peft, ClassifierOptions? head)
    {
        var recipe = new FineTuningRecipe { Peft = peft, Classifier = head ?? new CosineClassifierOptions() };
        FineTunedModel model = ModelFactory.Create(
            recipe,
            new ClassDistribution(TestWorld.Names, [3, 2, 1]),
            new ModelLoadOptions { CreateBackbone = create, Device = "cpu" },
            saved: null,
            NullLogger.Instance,
            CancellationToken.None
        );
        using IDisposable noGrad = no_grad();
        using var random = new Generator(5);
        foreach (Parameter parameter in model.Backbone.parameters().Where(parameter => parameter.requires_grad))
        {
            using Tensor noise = empty(parameter.shape).normal_(0, 0.1, random);
            TensorMath.Add_(parameter, noise);
        }

        return model;
    }

    private static Dictionary<string, byte[]> State(Backbone backbone) =>
        backbone.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.contiguous().bytes.ToArray());

    private static void AssertClose(Tensor expected, Tensor found, double tolerance = 1e-4) =>
        Assert.InRange(TensorMath.Subtract(expected, found).abs().max().item<float>(), 0, tolerance);
}
