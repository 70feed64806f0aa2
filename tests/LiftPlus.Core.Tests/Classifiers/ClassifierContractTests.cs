using LiftPlus.Classifiers;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Classifiers;

/// <summary>
/// What every head with weights keeps to, whatever its equation. A new head is tested by a line in the table. The text classifier has none
/// and needs a text tower: LiftPlus.Tests has its tests.
/// </summary>
public sealed class ClassifierContractTests
{
    private const int Width = 6,
        Classes = 4,
        Batch = 5;

    private static readonly Dictionary<string, ClassifierOptions> s_heads = new ClassifierOptions[]
    {
        new CosineClassifierOptions(),
        new CosineClassifierOptions { Bias = true },
        new LinearClassifierOptions(),
        new LinearClassifierOptions { Bias = false },
        new L2NormClassifierOptions(),
        new L2NormClassifierOptions { Bias = true },
        new LayerNormClassifierOptions(),
        new LayerNormClassifierOptions { Bias = true },
    }.ToDictionary(options => options.ToString());

    public static TheoryData<string> Types => [.. s_heads.Keys];

    [Fact]
    public void EveryHeadOfTheAssemblyIsInTheTable()
    {
        IEnumerable<string> defined = typeof(ClassifierOptions)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ClassifierOptions)) && !type.IsAbstract)
            .Where(type => ((ClassifierOptions)Activator.CreateInstance(type)!).HasWeight)
            .Select(type => type.Name);
        Assert.Equal(defined.Order(), s_heads.Values.Select(options => options.GetType().Name).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ItStartsWithRandomUnitRowsOfTheGivenSeed(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier head = Create(type, seed: 5),
            same = Create(type, seed: 5),
            other = Create(type, seed: 6);
        Assert.Equal([Classes, Width], head.Weight!.shape);
        TensorAssert.Close(ones(Classes), head.Weight.norm(1), 1e-5, 0, "row lengths");
        TensorAssert.Close(head.Weight!, same.Weight!, 0, 0, "the same seed");
        Assert.NotEqual(TensorAssert.Doubles(head.Weight!), TensorAssert.Doubles(other.Weight!));
        Assert.Empty(s_heads[type].Validate());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void AllItsParametersLearnAndSoDoTheFeatures(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier head = Create(type);
        Tensor features = Features().requires_grad_();
        Tensor logits = head.forward(features);
        Assert.Equal([Batch, Classes], logits.shape);
        Assert.True(logits.isfinite().all().item<bool>());
        logits.square().sum().backward();
        Assert.Contains(head.named_parameters(), parameter => parameter.name == "weight");
        Assert.All(head.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.grad!.abs().sum().item<float>() > 0));
        Assert.True(features.grad!.abs().sum().item<float>() > 0);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void AFeatureLikeAClassDirectionBelongsToThatClass(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier head = Create(type);
        using Tensor directions = eye(Classes, Width);
        head.SetWeight(directions);
        Assert.Equal([0, 1, 2, 3], head.forward(directions).argmax(1).data<long>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void HalfPrecisionFeaturesGiveFloatLogits(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier head = Create(type);
        Tensor logits = head.forward(Features().to(bfloat16));
        Assert.Equal(ScalarType.Float32, logits.dtype);
        TensorAssert.Close(head.forward(Features()), logits, 0.02, 0.3, "logits");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ZeroFeaturesStayFinite(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier head = Create(type);
        Tensor features = zeros(Batch, Width).requires_grad_();
        Tensor logits = head.forward(features);
        logits.sum().backward();
        Assert.True(logits.isfinite().all().item<bool>() && features.grad!.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ASingleClassHasOneLogit(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier head = s_heads[type].CreateClassifier(new ClassifierContext(Width, 1, new Generator(0)));
        Assert.Equal([Batch, 1], head.forward(Features()).shape);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ItIsTheSameAfterAMove(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier head = Create(type);
        Tensor before = head.forward(Features());
        head.to(float64);
        Assert.Equal(ScalarType.Float64, head.Weight!.dtype); // the property follows the parameter that Module.to puts in place
        head.to(float32);
        TensorAssert.Close(before, head.forward(Features()), 0, 0, "logits");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ForwardLeavesOneTensorAndDisposalNone(string type)
    {
        using Tensor features = Features();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (Classifier head = Create(type))
        {
            long created = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            using Tensor logits = head.forward(features);
            Assert.Equal(created + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void DirectionsOfAnotherShapeAreRefused(string type)
    {
        using Classifier head = Create(type);
        using Tensor wrong = ones(Classes, 1); // would broadcast
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => head.SetWeight(wrong));
        Assert.Contains($"({Classes}, 1)", error.Message, StringComparison.Ordinal);
        Assert.Contains($"({Classes}, {Width})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCosineHeadKnowsItsScale()
    {
        using Classifier head = new CosineClassifierOptions { Scale = 7 }.CreateClassifier(
            new ClassifierContext(Width, Classes, new Generator(0))
        );
        Assert.Equal(7, head.LogitScale);
        using Classifier linear = Create(new LinearClassifierOptions().ToString());
        Assert.Equal(1, linear.LogitScale);
        foreach (double wrong in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Contains(
                $"Scale is {wrong};",
                Assert.Single(new CosineClassifierOptions { Scale = wrong }.Validate()),
                StringComparison.Ordinal
            );
    }

    private static Classifier Create(string type, ulong seed = 0)
    {
        using var random = new Generator(seed);
        return s_heads[type].CreateClassifier(new ClassifierContext(Width, Classes, random));
    }

    private static Tensor Features()
    {
        using var random = new Generator(11);
        return randn([Batch, Width], generator: random);
    }
}
