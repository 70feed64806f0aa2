using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Layers;
using LiftPlus.Peft;
using LiftPlus.Sites;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters.Tests;

/// <summary>Counts living tensors, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(PeftContractTests), DisableParallelization = true)]
public sealed class PeftContractCollection;

/// <summary>What every method must do, whatever it is: a method is tested by being listed.</summary>
[Collection(nameof(PeftContractTests))]
public sealed class PeftContractTests
{
    /// <param name="Method">The method.</param>
    /// <param name="ChangesAtStart">Whether fresh values change the outputs already.</param>
    /// <param name="Folds">Whether it can be folded into the backbone's weights.</param>
    /// <param name="IsRandom">Whether fresh values depend on the seed.</param>
    /// <param name="On">Creates the backbone on which it is tried; null for a CLIP with a vision transformer.</param>
    private sealed record Row(
        PeftOptions Method,
        bool ChangesAtStart = false,
        bool Folds = false,
        bool IsRandom = true,
        Func<Backbone>? On = null
    )
    {
        public Backbone Plain() => On is null ? SmallBackbone.Clip() : On();

        public Backbone Adapted(long seed = 1)
        {
            Backbone backbone = Plain();
            Apply(Method, backbone, seed);
            return backbone;
        }
    }

    private static readonly Dictionary<string, Row> s_rows = new()
    {
        ["adaptformer"] = new(new AdaptFormerOptions()),
        ["adaptformer, two layers"] = new(new AdaptFormerOptions { Dimension = 3, Layers = LayerSelection.From(0, 2) }),
        ["adaptformer, text"] = new(new AdaptFormerOptions { Tower = Tower.Text }),
        ["adapter"] = new(new BottleneckAdapterOptions()),
        ["adapter, text"] = new(new BottleneckAdapterOptions { Tower = Tower.Text, Dimension = 2 }),
        ["lora"] = new(new LoraOptions(), Folds: true),
        ["lora, everywhere"] = new(
            new LoraOptions
            {
                Rank = 3,
                Sites =
                    AdapterSites.Query
                    | AdapterSites.Key
                    | AdapterSites.Value
                    | AdapterSites.AttentionOutput
                    | AdapterSites.Fc1
                    | AdapterSites.Fc2,
            },
            Folds: true
        ),
        ["lora, alpha"] = new(new LoraOptions { Rank = 2, Alpha = 7 }, Folds: true),
        ["rslora"] = new(new LoraOptions { Rank = 4, RankStabilized = true }, Folds: true),
        ["dora"] = new(new LoraOptions { Dora = true }, Folds: true),
        ["dora, everywhere"] = new(
            new LoraOptions
            {
                Rank = 3,
                Dora = true,
                RankStabilized = true,
                Sites =
                    AdapterSites.Query
                    | AdapterSites.Key
                    | AdapterSites.Value
                    | AdapterSites.AttentionOutput
                    | AdapterSites.Fc1
                    | AdapterSites.Fc2,
            },
            Folds: true
        ),
        ["dora, text"] = new(new LoraOptions { Dora = true, Tower = Tower.Text }, Folds: true),
        ["lora, text"] = new(new LoraOptions { Tower = Tower.Text }, Folds: true),
        ["prompt"] = new(new VisualPromptOptions { Length = 3 }, ChangesAtStart: true),
        ["prompt, shallow"] = new(new VisualPromptOptions { Layers = LayerSelection.From(0) }, ChangesAtStart: true),
        ["prompt, text"] = new(new VisualPromptOptions { Tower = Tower.Text, Length = 2 }, ChangesAtStart: true),
        ["bitfit"] = new(new BitFitOptions(), Folds: true, IsRandom: false),
        ["bitfit, text"] = new(new BitFitOptions { Tower = Tower.Text, Layers = LayerSelection.Last(1) }, Folds: true, IsRandom: false),
        ["ssf"] = new(new SsfOptions(), ChangesAtStart: true, Folds: true),
        ["ssf, text"] = new(new SsfOptions { Tower = Tower.Text, Sites = AdapterSites.Fc1 }, ChangesAtStart: true, Folds: true),
        ["aft"] = new(new ArbitraryFineTuningOptions(), Folds: true, IsRandom: false),
        ["aft, mlp"] = new(
            new ArbitraryFineTuningOptions
            {
                Part = ArbitraryFineTuningPart.Mlp,
                Ratio = 0.25,
                Seed = 3,
            },
            Folds: true,
            IsRandom: false
        ),
        ["layernorm"] = new(new LayerNormTuningOptions(), Folds: true, IsRandom: false),
        ["full"] = new(new FullFineTuningOptions { Layers = LayerSelection.Last(2) }, Folds: true, IsRandom: false),
        ["projection"] = new(new ProjectionTuningOptions(), Folds: true, IsRandom: false),
        ["coop"] = new(new CoOpOptions { Length = 3 }, ChangesAtStart: true),
        ["coop, photo"] = new(
            new CoOpOptions { Start = CoOpStart.PhotoPrompt, PhotoTokens = [3, 4, 5, 3, 6] },
            ChangesAtStart: true,
            IsRandom: false
        ),
        ["clip-adapter"] = new(new ClipAdapterOptions()),
        ["batchnorm, ResNet"] = new(
            new BatchNormTuningOptions { Layers = LayerSelection.Last(3) },
            Folds: true,
            IsRandom: false,
            On: SmallBackbone.ClipResNet
        ),
        ["batchnorm, frozen statistics"] = new(
            new BatchNormTuningOptions { UpdateStatistics = false },
            Folds: true,
            IsRandom: false,
            On: SmallBackbone.ClipResNet
        ),
        ["bitfit, ResNet"] = new(new BitFitOptions(), Folds: true, IsRandom: false, On: SmallBackbone.ClipResNet),
        ["full, ResNet"] = new(
            new FullFineTuningOptions { Layers = LayerSelection.From(1, 4) },
            Folds: true,
            IsRandom: false,
            On: SmallBackbone.ClipResNet
        ),
        ["full, statistics of batches"] = new(
            new FullFineTuningOptions { UpdateStatistics = true },
            Folds: true,
            IsRandom: false,
            On: SmallBackbone.ClipResNet
        ),
        ["ssf, ResNet"] = new(new SsfOptions(), ChangesAtStart: true, On: SmallBackbone.ClipResNet),
        ["clip-adapter, ResNet"] = new(new ClipAdapterOptions { OnText = false }, On: SmallBackbone.ClipResNet),
        ["batchnorm, basic blocks"] = new(
            new BatchNormTuningOptions { Layers = LayerSelection.Last(3) },
            Folds: true,
            IsRandom: false,
            On: SmallBackbone.BasicResNet
        ),
        ["bitfit, basic blocks"] = new(new BitFitOptions(), Folds: true, IsRandom: false, On: SmallBackbone.BasicResNet),
        ["full, basic blocks"] = new(
            new FullFineTuningOptions { Layers = LayerSelection.From(1, 4) },
            Folds: true,
            IsRandom: false,
            On: SmallBackbone.BasicResNet
        ),
        ["ssf, basic blocks"] = new(new SsfOptions(), ChangesAtStart: true, On: SmallBackbone.BasicResNet),
        ["clip-adapter, basic blocks"] = new(new ClipAdapterOptions { OnText = false }, On: SmallBackbone.BasicResNet),
    };

    public static TheoryData<string> Names => [.. s_rows.Keys];

    [Fact]
    public void EveryBuiltInMethodIsListed() =>
        Assert.Equal(
            typeof(LoraOptions)
                .Assembly.GetTypes()
                .Where(type => type.IsAssignableTo(typeof(PeftOptions)) && !type.IsAbstract)
                .Select(type => type.Name)
                .Order(),
            s_rows.Values.Select(row => row.Method.GetType().Name).Distinct().Order()
        );

    [Theory]
    [MemberData(nameof(Names))]
    public void StartsAsTheBackboneAlone(string name)
    {
        Row row = s_rows[name];
        using DisposeScope scope = NewDisposeScope();
        using Backbone plain = row.Plain(),
            adapted = row.Adapted();
        plain.eval();
        adapted.eval();
        double difference = Difference(SmallBackbone.Logits(plain), SmallBackbone.Logits(adapted));
        Assert.True(row.ChangesAtStart ? difference > 1e-4 : difference < 1e-5, $"The logits differ by {difference}.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TrainsItsOwnParametersAndNoOthers(string name)
    {
        Row row = s_rows[name];
        using DisposeScope scope = NewDisposeScope();
        using Backbone backbone = row.Adapted();
        Randomize(backbone);
        Dictionary<string, Tensor> before = backbone
            .named_parameters()
            .ToDictionary(entry => entry.name, entry => entry.parameter.detach().clone());
        Tensor logits = SmallBackbone.Logits(backbone);
        nn.functional.cross_entropy(logits, tensor([0L, 1, 2, 3])).backward();

        bool hasModules = backbone.modules().Any(module => module is Adapter or WeightAdapter);
        int trained = 0;
        using (no_grad())
        {
            foreach ((string parameterName, Parameter parameter) in backbone.named_parameters())
            {
                bool own = !hasModules || InModule(backbone, parameterName);
                Assert.True(!parameter.requires_grad || own, $"{parameterName} is trained and not the method's.");
                Assert.True(
                    parameter.requires_grad == parameter.grad is not null,
                    $"{parameterName}: trained {parameter.requires_grad}, gradient {parameter.grad is not null}."
                );
                if (hasModules && own)
                    Assert.True(parameter.requires_grad, $"{parameterName} is the method's and not trained.");
                if (parameter.grad is Tensor gradient)
                {
                    trained++;
                    TensorMath.Add_(parameter, TensorMath.Scale(gradient, -1));
                }
            }
        }

        Assert.NotEqual(0, trained);
        string[] changed =
        [
            .. backbone.named_parameters().Where(entry => Difference(entry.parameter, before[entry.name]) > 0).Select(entry => entry.name),
        ];
        Assert.NotEmpty(changed);
        Assert.Empty(changed.Except(backbone.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => entry.name)));
        Assert.True(Difference(logits, SmallBackbone.Logits(backbone)) > 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void HasTheSameGradientsWhereBlocksAreComputedAgain(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (ScalarType type in new[] { float32, bfloat16 })
        {
            Dictionary<string, Tensor> kept = Gradients(isRecomputed: false),
                recomputed = Gradients(isRecomputed: true);
            Assert.NotEmpty(kept);
            Assert.Equal(kept.Keys, recomputed.Keys);
            foreach ((string parameter, Tensor wanted) in kept)
                Assert.True(
                    Difference(wanted, recomputed[parameter]) <= 5e-6 * (1 + wanted.norm().item<float>()),
                    $"{parameter} in {type}: the gradients differ by {Difference(wanted, recomputed[parameter])}."
                );

            Dictionary<string, Tensor> Gradients(bool isRecomputed)
            {
                using Backbone backbone = s_rows[name].Plain();
                if (type != float32)
                    backbone.StoreImageWeightsAs(type);
                Apply(s_rows[name].Method, backbone, 1);
                Randomize(backbone);
                for (int microBatch = 0; microBatch < 2; microBatch++)
                {
                    using BlockRecomputation? recomputation = isRecomputed ? backbone.RecomputeBlocks() : null;
                    nn.functional.cross_entropy(SmallBackbone.Logits(backbone), tensor([0L, 1, 2, 3 - microBatch])).backward();
                    recomputation?.Backward();
                }

                return backbone
                    .named_parameters()
                    .Where(entry => entry.parameter.grad is not null)
                    .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ComesBackFromAFile(string name)
    {
        Row row = s_rows[name];
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
        using DisposeScope scope = NewDisposeScope();
        using Backbone saved = row.Adapted(seed: 1),
            loaded = row.Adapted(seed: 2);
        Randomize(saved);
        SmallBackbone.Logits(saved); // in training: running statistics move
        saved.eval();
        loaded.eval();
        try
        {
            Safetensors.Write(path, saved.TrainedState());
            using Safetensors file = Safetensors.Open(path);
            using IDisposable noGrad = no_grad();
            foreach ((string tensorName, Tensor value) in loaded.TrainedState())
                value.copy_(file.Read(tensorName));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal(0, Difference(SmallBackbone.Logits(saved), SmallBackbone.Logits(loaded)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FoldsIntoTheWeightsOrSaysThatItCannot(string name)
    {
        Row row = s_rows[name];
        using DisposeScope scope = NewDisposeScope();
        using Backbone adapted = row.Adapted();
        Randomize(adapted);
        SmallBackbone.Logits(adapted); // in training: running statistics move
        adapted.eval();
        if (!row.Folds)
        {
            Assert.Contains($"'{row.Method.Type}' cannot be folded", Assert.Throws<LiftPlusException>(adapted.Merge).Message);
            return;
        }

        using Backbone plain = row.Plain(),
            merged = adapted.Merge();
        Assert.Equal(plain.named_parameters().Select(entry => entry.name), merged.named_parameters().Select(entry => entry.name));
        Assert.DoesNotContain(merged.parameters(), parameter => parameter.requires_grad);
        plain.eval();
        merged.eval();
        Tensor want = SmallBackbone.Logits(adapted);
        Assert.True(Difference(want, SmallBackbone.Logits(plain)) > 1e-3, "The method changes nothing, so its folding is not tested.");
        Assert.InRange(Difference(want, SmallBackbone.Logits(merged)), 0, 1e-5 * Math.Max(1, want.abs().max().item<float>()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSameSeedGivesTheSameValues(string name)
    {
        Row row = s_rows[name];
        using Backbone first = row.Adapted(seed: 1),
            again = row.Adapted(seed: 1),
            other = row.Adapted(seed: 2);
        double Apart(Backbone one, Backbone two) => one.parameters().Zip(two.parameters()).Max(pair => Difference(pair.First, pair.Second));
        Assert.Equal(0, Apart(first, again));
        Assert.Equal(row.IsRandom, Apart(first, other) > 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SurvivesTheCallersDisposeScopeAndFreesEveryTensorWhenDisposed(string name)
    {
        long before = LiveTensors.Count();
        Backbone backbone;
        using (NewDisposeScope())
        {
            backbone = s_rows[name].Plain();
            foreach (Tensor kept in backbone.parameters().Concat(backbone.buffers()))
                kept.DetachFromDisposeScope();
            Apply(s_rows[name].Method, backbone, seed: 1);
        }

        using (NewDisposeScope())
            nn.functional.cross_entropy(SmallBackbone.Logits(backbone), tensor([0L, 1, 2, 3])).backward();
        int parameters = backbone.parameters().Count();
        backbone.Dispose();
        backbone = null!;
        // TorchSharp never takes back the count of the tensor whose handle moves into a Parameter: one for each remains, and nothing else.
        LiveTensors.AssertBecome(before + parameters);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TrainsInFloat32OnABackboneStoredInHalfTheBytes(string name)
    {
        Row row = s_rows[name];
        using DisposeScope scope = NewDisposeScope();
        using Backbone exact = row.Adapted(),
            stored = row.Plain();
        stored.StoreImageWeightsAs(bfloat16);
        using (NewDisposeScope())
            Apply(row.Method, stored, seed: 1);
        Tensor logits = SmallBackbone.Logits(stored),
            want = SmallBackbone.Logits(exact);
        Assert.Equal(float32, logits.dtype);
        Assert.InRange(Difference(want, logits), 0, 0.05 * want.abs().max().item<float>());
        nn.functional.cross_entropy(logits, tensor([0L, 1, 2, 3])).backward();
        Parameter[] trained = [.. stored.parameters().Where(parameter => parameter.requires_grad)];
        Assert.NotEmpty(trained);
        Assert.All(trained, parameter => Assert.Equal(float32, parameter.dtype));
        Assert.All(trained, parameter => Assert.Equal(float32, parameter.grad!.dtype));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ItsSettingsAreSoundAndAttachOnce(string name)
    {
        Row row = s_rows[name];
        Assert.Empty(row.Method.Validate());
        using Backbone backbone = row.Adapted();
        if (backbone.modules().Any(module => module is Adapter or WeightAdapter))
            Assert.Throws<LiftPlusException>(() => Apply(row.Method, backbone, seed: 1));
    }

    private static void Apply(PeftOptions method, Backbone backbone, long seed)
    {
        using var random = new Generator((ulong)seed);
        method.Apply(new PeftContext(backbone, SmallBackbone.Classes, random));
    }

    // Trained values away from zero, so that every part of a method matters.
    private static void Randomize(Backbone backbone)
    {
        using IDisposable noGrad = no_grad();
        using var random = new Generator(11);
        foreach (Parameter parameter in backbone.parameters().Where(parameter => parameter.requires_grad))
        {
            using Tensor noise = empty(parameter.shape).normal_(0, 0.1, random);
            TensorMath.Add_(parameter, noise);
        }
    }

    private static bool InModule(Backbone backbone, string parameter) =>
        backbone
            .named_modules()
            .Any(entry => entry.module is Adapter or WeightAdapter && parameter.StartsWith(entry.name + ".", StringComparison.Ordinal));

    private static double Difference(Tensor a, Tensor b)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return a.numel() == 0 ? 0 : TensorMath.Subtract(a, b).abs().max().item<float>();
    }
}
