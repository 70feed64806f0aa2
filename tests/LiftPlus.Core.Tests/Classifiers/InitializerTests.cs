using LiftPlus.Classifiers;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Classifiers;

public sealed class InitializerTests
{
    private delegate Tensor Directions(Tensor features, Tensor labels, int classCount, Generator random);

    private static readonly Dictionary<string, Directions> s_initializers = new()
    {
        ["class mean"] = ClassMeanInitializer.Directions,
        ["linear probe"] = (features, labels, classCount, random) =>
            LinearProbeInitializer.Directions(features, labels, classCount, random),
    };

    public static TheoryData<string> Names => [.. s_initializers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryClassHasAUnitRowSeenOrNot(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = tensor([1f, 0, 0, 2, 0, 3], [3, 2]),
            labels = tensor([1L, 3, 3]);
        Tensor one = s_initializers[name](features, labels, 5, new Generator(1)),
            other = s_initializers[name](features, labels, 5, new Generator(2));
        TensorAssert.Close(ones(5), one.norm(1), 1e-5, 0, "row lengths");
        Tensor seen = tensor([1L, 3]),
            unseen = tensor([0L, 2, 4]);
        TensorAssert.Close(one.index_select(0, seen), other.index_select(0, seen), 1e-6, 1e-6, "rows of seen classes");
        Assert.NotEqual(TensorAssert.Doubles(one.index_select(0, unseen)), TensorAssert.Doubles(other.index_select(0, unseen)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ASingleClassIsItsMean(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = s_initializers[name](tensor([3f, 0, 0, 4], [2, 2]), tensor([0L, 0]), 1, new Generator(0));
        TensorAssert.Close(tensor([0.6f, 0.8f], [1, 2]), weight, 1e-6, 1e-6, "weight");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LabelsOutsideTheClassesAreRefused(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            s_initializers[name](ones(2, 3), tensor([0L, 2]), 2, new Generator(0))
        );
        Assert.Contains("from 0 to 2, but there are 2 classes", error.Message, StringComparison.Ordinal);
        Assert.Throws<LiftPlusException>(() => s_initializers[name](ones(2, 3), tensor([0L]), 2, new Generator(0)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingIsLeftBehind(string name)
    {
        using var random = new Generator(0);
        using Tensor features = randn([20, 3], generator: random),
            labels = tensor([.. Enumerable.Range(0, 20).Select(i => (long)i % 3)]);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        s_initializers[name](features, labels, 4, random).Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ItDoesNotMatterWhetherTheCallerTracksGradients(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using var random = new Generator(0);
        Tensor features = randn([20, 3], generator: random),
            labels = tensor([.. Enumerable.Range(0, 20).Select(i => (long)i % 3)]);
        Tensor tracked = s_initializers[name](features, labels, 3, random),
            untracked;
        using (no_grad())
            untracked = s_initializers[name](features, labels, 3, random);
        TensorAssert.Close(tracked, untracked, 0, 0, "directions");
    }

    [Fact]
    public void TheLinearProbeReachesAStationaryPointWhereFeaturesAreLarge()
    {
        // A fixed-step L-BFGS diverges on features of this size. The classes overlap, so the optimum exists without the penalty too.
        using DisposeScope scope = NewDisposeScope();
        using var random = new Generator(4);
        Tensor labels = tensor([.. Enumerable.Range(0, 120).Select(i => (long)i % 4)]);
        Tensor centers = randn([4, 8], generator: random);
        Tensor features = TensorMath.Scale(
            TensorMath.Add(centers.index_select(0, labels), TensorMath.Scale(randn([120, 8], generator: random), 3)),
            100
        );
        Tensor weight = LinearProbeInitializer.Directions(features, labels, 4, random),
            scaled = LinearProbeInitializer.Directions(TensorMath.Scale(features, 10), labels, 4, random);
        TensorAssert.Close(weight, scaled, 0, 0.02, "directions, which hardly depend on the scale where the penalty is slight");
    }

    [Fact]
    public void TheLinearProbeNamesFeaturesThatAreNotFinite()
    {
        using DisposeScope scope = NewDisposeScope();
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            LinearProbeInitializer.Directions(tensor([1f, float.NaN], [2, 1]), tensor([0L, 1]), 2, new Generator(0))
        );
        Assert.Contains("is NaN or infinite", error.Message, StringComparison.Ordinal);
    }
}
