using LiftPlus.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Losses;

/// <summary>Tests what every loss must do. To test a new loss, add a line to the table.</summary>
public sealed class LossContractTests
{
    private static readonly Dictionary<string, LossOptions> s_losses = new LossOptions[]
    {
        new CrossEntropyLossOptions(),
        new FocalLossOptions(),
        new LdamLossOptions(),
        new ClassBalancedLossOptions(),
        new GeneralizedReweightLossOptions(),
        new BalancedSoftmaxLossOptions(),
        new LogitAdjustedLossOptions(),
        new LadeLossOptions(),
        new NeighborAwareLossOptions(),
    }.ToDictionary(options => options.Type);

    public static TheoryData<string> Types => [.. s_losses.Keys];

    [Fact]
    public void EveryLossOfTheAssemblyIsInTheTable()
    {
        IEnumerable<Type> defined = typeof(LossOptions)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(LossOptions)) && !type.IsAbstract);
        Assert.Equal(defined.Select(type => type.Name).Order(), s_losses.Values.Select(options => options.GetType().Name).Order());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void DefaultsAreSound(string type) => Assert.Empty(s_losses[type].Validate());

    [Theory]
    [MemberData(nameof(Types))]
    public void ALossIsAScalarWithASlope(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor value, Tensor gradient) = Evaluate(type, [500, 30, 1], [1, 2, 0, 0, 2]);
        Assert.Empty(value.shape);
        Assert.True(value.item<float>() > 0);
        Assert.True(gradient.isfinite().all().item<bool>());
        Assert.True(gradient.abs().sum().item<float>() > 0);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void DescentLowersIt(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor before, Tensor gradient) = Evaluate(type, [500, 30, 1], [1, 2, 0, 0, 2]);
        (Tensor after, _) = Evaluate(type, [500, 30, 1], [1, 2, 0, 0, 2], TensorMath.Scale(gradient, -0.1));
        Assert.True(after.item<float>() < before.item<float>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void AClassWithoutTrainingImagesStaysFinite(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor seen, Tensor gradient) = Evaluate(type, [500, 0, 30], [0, 2, 0]);
        Assert.True(seen.isfinite().item<bool>() && gradient.isfinite().all().item<bool>());
        (Tensor asLabel, gradient) = Evaluate(type, [500, 0, 30], [1, 2, 1]); // a validation set may hold it
        Assert.True(asLabel.isfinite().item<bool>() && gradient.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void NoTrainingImageAtAllStaysFinite(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor value, Tensor gradient) = Evaluate(type, [0, 0], [0, 1]);
        Assert.True(value.isfinite().item<bool>() && gradient.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ASingleClassStaysFinite(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor value, Tensor gradient) = Evaluate(type, [7], [0, 0]);
        Assert.True(value.isfinite().item<bool>() && gradient.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void HugeLogitsStayFinite(string type)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor value, Tensor gradient) = Evaluate(type, [500, 30, 1], [1, 2, 0, 0, 2], scale: 1000);
        Assert.True(value.isfinite().item<bool>() && gradient.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ForwardLeavesOneTensorAndDisposalNone(string type)
    {
        using var random = new Generator(3);
        using Tensor logits = randn([4, 3], generator: random),
            labels = tensor([0L, 1, 2, 0]);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (LongTailLoss loss = Create(type, [500, 30, 1]))
        {
            Assert.Empty(loss.parameters());
            long created = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            using Tensor value = loss.forward(logits, labels);
            Assert.Equal(created + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(typeof(FocalLossOptions), "Gamma")]
    [InlineData(typeof(LdamLossOptions), "MaxMargin")]
    [InlineData(typeof(ClassBalancedLossOptions), "Beta")]
    [InlineData(typeof(GeneralizedReweightLossOptions), "Exponent")]
    [InlineData(typeof(LogitAdjustedLossOptions), "Tau")]
    [InlineData(typeof(LadeLossOptions), "Lambda")]
    [InlineData(typeof(LadeLossOptions), "Weight")]
    [InlineData(typeof(NeighborAwareLossOptions), "TextWeight")]
    [InlineData(typeof(NeighborAwareLossOptions), "ZeroShotWeight")]
    public void WrongSettingsAreNamedWithTheirValue(Type type, string property)
    {
        foreach (double wrong in new[] { -1, double.NaN, double.PositiveInfinity })
        {
            var options = (LossOptions)Activator.CreateInstance(type)!;
            type.GetProperty(property)!.SetValue(options, wrong);
            Assert.Contains($"{property} is {wrong};", Assert.Single(options.Validate()), StringComparison.Ordinal);
        }
    }

    private static LongTailLoss Create(string type, int[] counts) =>
        s_losses[type]
            .CreateLoss(
                new LossContext(new ClassDistribution(counts.Select((_, c) => $"class {c}"), counts), LogitScale: 25, CPU)
                {
                    Neighbors = Neighbors(counts.Length),
                }
            );

    // The next class is the neighbour of each.
    private static ClassNeighbors Neighbors(int classes)
    {
        var found = new ClassNeighbors(new int[classes, Math.Min(1, classes - 1)], new int[0, Math.Min(1, classes - 1)]);
        for (int c = 0; c < found.OfClasses.Length; c++)
            found.OfClasses[c, 0] = (c + 1) % classes;
        return found;
    }

    private static (Tensor Value, Tensor Gradient) Evaluate(
        string type,
        int[] counts,
        long[] labels,
        Tensor? shift = null,
        double scale = 1
    )
    {
        using LongTailLoss loss = Create(type, counts);
        using var random = new Generator(7);
        Tensor logits = TensorMath.Scale(randn([labels.Length, counts.Length], generator: random), scale);
        if (shift is not null)
            logits = TensorMath.Add(logits, shift);
        logits.requires_grad_();
        Tensor value = loss.forward(logits, tensor(labels));
        value.backward();
        return (value, logits.grad!);
    }
}
