using LiftPlus.Classifiers;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Classifiers;

/// <summary>
/// Tests what every classifier with weights must do. To test a new classifier, add a line to the table. The text classifier, which has no
/// weights and needs a text tower, is tested in LiftPlus.Tests.
/// </summary>
public sealed class ClassifierContractTests
{
    private const int Width = 6,
        Classes = 4,
        Batch = 5;

    private static readonly Dictionary<string, ClassifierOptions> s_classifiers = new ClassifierOptions[]
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

    public static TheoryData<string> Types => [.. s_classifiers.Keys];

    [Fact]
    public void EveryClassifierOfTheAssemblyIsInTheTable()
    {
        IEnumerable<string> defined = typeof(ClassifierOptions)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ClassifierOptions)) && !type.IsAbstract)
            .Where(type => ((ClassifierOptions)Activator.CreateInstance(type)!).HasWeight)
            .Select(type => type.Name);
        Assert.Equal(defined.Order(), s_classifiers.Values.Select(options => options.GetType().Name).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ItStartsWithRandomUnitRowsOfTheGivenSeed(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier classifier = Create(type, seed: 5),
            same = Create(type, seed: 5),
            other = Create(type, seed: 6);
        Assert.Equal([Classes, Width], classifier.Weight!.shape);
        TensorAssert.Close(ones(Classes), classifier.Weight.norm(1), 1e-5, 0, "row lengths");
        TensorAssert.Close(classifier.Weight!, same.Weight!, 0, 0, "the same seed");
        Assert.NotEqual(TensorAssert.Doubles(classifier.Weight!), TensorAssert.Doubles(other.Weight!));
        Assert.Empty(s_classifiers[type].Validate());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void AllItsParametersLearnAndSoDoTheFeatures(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier classifier = Create(type);
        Tensor features = Features().requires_grad_();
        Tensor logits = classifier.forward(features);
        Assert.Equal([Batch, Classes], logits.shape);
        Assert.True(logits.isfinite().all().item<bool>());
        logits.square().sum().backward();
        Assert.Contains(classifier.named_parameters(), parameter => parameter.name == "weight");
        Assert.All(classifier.parameters(), parameter =>
            Assert.True(parameter.requires_grad && parameter.grad!.abs().sum().item<float>() > 0)
        );
        Assert.True(features.grad!.abs().sum().item<float>() > 0);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void AFeatureLikeAClassDirectionBelongsToThatClass(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier classifier = Create(type);
        using Tensor directions = eye(Classes, Width);
        classifier.SetWeight(directions);
        Assert.Equal([0, 1, 2, 3], classifier.forward(directions).argmax(1).data<long>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void HalfPrecisionFeaturesGiveFloatLogits(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier classifier = Create(type);
        Tensor logits = classifier.forward(Features().to(bfloat16));
        Assert.Equal(ScalarType.Float32, logits.dtype);
        TensorAssert.Close(classifier.forward(Features()), logits, 0.02, 0.3, "logits");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ZeroFeaturesStayFinite(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier classifier = Create(type);
        Tensor features = zeros(Batch, Width).requires_grad_();
        Tensor logits = classifier.forward(features);
        logits.sum().backward();
        Assert.True(logits.isfinite().all().item<bool>() && features.grad!.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ASingleClassHasOneLogit(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier classifier = s_classifiers[type].CreateClassifier(new ClassifierContext(Width, 1, new Generator(0)));
        Assert.Equal([Batch, 1], classifier.forward(Features()).shape);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ItIsTheSameAfterAMove(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier classifier = Create(type);
        Tensor before = classifier.forward(Features());
        classifier.to(float64);
        Assert.Equal(ScalarType.Float64, classifier.Weight!.dtype); // the property follows the parameter that Module.to puts in place
        classifier.to(float32);
        TensorAssert.Close(before, classifier.forward(Features()), 0, 0, "logits");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ForwardLeavesOneTensorAndDisposalNone(string type)
    {
        using Tensor features = Features();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (Classifier classifier = Create(type))
        {
            long created = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            using Tensor logits = classifier.forward(features);
            Assert.Equal(created + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void DirectionsOfAnotherShapeAreRefused(string type)
    {
        using Classifier classifier = Create(type);
        using Tensor wrong = ones(Classes, 1); // would broadcast
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => classifier.SetWeight(wrong));
        Assert.Contains($"({Classes}, 1)", error.Message, StringComparison.Ordinal);
        Assert.Contains($"({Classes}, {Width})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCosineClassifierKnowsItsScale()
    {
        using Classifier classifier = new CosineClassifierOptions { Scale = 7 }.CreateClassifier(
            new ClassifierContext(Width, Classes, new Generator(0))
        );
        Assert.Equal(7, classifier.LogitScale);
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
        return s_classifiers[type].CreateClassifier(new ClassifierContext(Width, Classes, random));
    }

    private static Tensor Features()
    {
        using var random = new Generator(11);
        return randn([Batch, Width], generator: random);
    }
}
