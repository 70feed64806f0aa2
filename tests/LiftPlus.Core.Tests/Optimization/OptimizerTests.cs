using LiftPlus.Optimization;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using OptimizerOptions = LiftPlus.OptimizerOptions;

namespace LiftPlus.Core.Tests.Optimization;

public sealed class OptimizerTests
{
    private const int Steps = 20;

    public static TheoryData<string> Cases => ["sgd", "sgd plain", "sgd nesterov", "adamw"];

    private static OptimizerOptions Options(string name) =>
        name switch
        {
            "sgd" => new SgdOptions(),
            "sgd plain" => new SgdOptions { Momentum = 0, WeightDecay = 0 },
            "sgd nesterov" => new SgdOptions { Nesterov = true },
            _ => new AdamWOptions(),
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void TwentyStepsEqualTorchs(string name)
    {
        using Linear ours = Model(),
            theirs = Model();
        OptimizerOptions options = Options(name);
        using Optimizer optimizer = options.CreateOptimizer(Named(ours));
        using optim.Optimizer reference = options switch
        {
            SgdOptions sgd => optim.SGD(theirs.parameters(), 1, sgd.Momentum, weight_decay: sgd.WeightDecay, nesterov: sgd.Nesterov),
            AdamWOptions adam => optim.AdamW(theirs.parameters(), 1, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay),
            _ => throw new InvalidOperationException(),
        };
        for (int step = 0; step < Steps; step++)
        {
            double rate = Schedule.CosineLearningRate(0.05, step, Steps);
            optimizer.ZeroGrad();
            Backward(ours, step);
            optimizer.Step(rate);

            reference.zero_grad();
            Backward(theirs, step);
            foreach (optim.ILearningRateController group in reference.ParamGroups)
                group.LearningRate = rate;
            reference.step()?.Dispose();
        }

        TensorAssert.Close(theirs.weight, ours.weight, 0, 1e-7, "weight");
        TensorAssert.Close(theirs.bias!, ours.bias!, 0, 1e-7, "bias");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void LoadedStateContinuesTheSameRun(string name)
    {
        using Linear straight = Model(),
            resumed = Model();
        using Optimizer whole = Options(name).CreateOptimizer(Named(straight));
        Optimizer half = Options(name).CreateOptimizer(Named(resumed));
        for (int step = 0; step < 6; step++)
        {
            if (step == 3)
            {
                Optimizer fresh = Options(name).CreateOptimizer(Named(resumed));
                fresh.LoadState(half.State);
                half.Dispose();
                half = fresh;
            }

            foreach ((Linear model, Optimizer optimizer) in new[] { (straight, whole), (resumed, half) })
            {
                optimizer.ZeroGrad();
                Backward(model, step);
                optimizer.Step(0.05);
            }
        }

        half.Dispose();
        TensorAssert.Close(straight.weight, resumed.weight, 0, 0, "weight");
    }

    [Fact]
    public void ParametersWithoutGradientAreLeftAlone()
    {
        using Linear model = Model();
        model.bias!.requires_grad_(false);
        double[] before = TensorAssert.Doubles(model.bias);
        using Optimizer optimizer = new SgdOptions { WeightDecay = 0.5 }.CreateOptimizer(Named(model));
        Backward(model, 0);
        optimizer.Step(0.1);
        Assert.Equal(before, TensorAssert.Doubles(model.bias));
        Assert.Equal(["weight.momentum"], optimizer.State.Keys);
    }

    [Fact]
    public void FactorsOfAParameterScaleItsRateAndDecay()
    {
        using var slow = new Parameter(ones(1));
        using var plain = new Parameter(ones(1));
        var options = new SgdOptions { Momentum = 0, WeightDecay = 0.5 };
        using Optimizer optimizer = options.CreateOptimizer([
            new OptimizedParameter("slow", slow) { LearningRateFactor = 0.1 },
            new OptimizedParameter("plain", plain) { WeightDecayFactor = 0 },
        ]);
        slow.grad = ones(1);
        plain.grad = ones(1);
        optimizer.Step(0.2);
        Assert.Equal(1 - 0.02 * 1.5, TensorAssert.Doubles(slow)[0], 1e-6);
        Assert.Equal(1 - 0.2, TensorAssert.Doubles(plain)[0], 1e-6);
    }

    [Fact]
    public void StateOfAnotherModelIsRefusedWhole()
    {
        using Linear model = Model();
        using Optimizer optimizer = new SgdOptions().CreateOptimizer(Named(model));
        Backward(model, 0);
        optimizer.Step(0.1);
        double[] before = TensorAssert.Doubles(optimizer.State["weight.momentum"]);
        using Tensor small = zeros(1);
        LiftPlusException shape = Assert.Throws<LiftPlusException>(() =>
            optimizer.LoadState(new Dictionary<string, Tensor> { ["weight.momentum"] = small })
        );
        Assert.Contains("'weight.momentum' has shape (1) instead of (2, 3)", shape.Message, StringComparison.Ordinal);
        LiftPlusException name = Assert.Throws<LiftPlusException>(() =>
            optimizer.LoadState(new Dictionary<string, Tensor> { ["other.momentum"] = small })
        );
        Assert.Contains("'other.momentum'", name.Message, StringComparison.Ordinal);
        Assert.Equal(before, TensorAssert.Doubles(optimizer.State["weight.momentum"]));
    }

    [Fact]
    public void TwoParametersOfOneNameAreRefused()
    {
        using var p = new Parameter(ones(1));
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            new SgdOptions().CreateOptimizer([new OptimizedParameter("p", p), new OptimizedParameter("p", p)])
        );
        Assert.Contains("'p'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void StepsInsideScopesKeepTheStateAndLeaveNothingBehind(string name)
    {
        using Linear model = Model();
        Optimizer optimizer = Options(name).CreateOptimizer(Named(model));
        using (NewDisposeScope())
        {
            Backward(model, 0);
            optimizer.Step(0.05);
        }

        long after = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int step = 1; step < 4; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.ZeroGrad();
            Backward(model, step);
            optimizer.Step(0.05);
        }

        Assert.Equal(after, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.All(optimizer.State.Values, entry => Assert.False(entry.IsInvalid));
        int entries = optimizer.State.Count;
        optimizer.Dispose();
        Assert.Equal(after - entries, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    public static TheoryData<OptimizerOptions, string> Wrong =>
        new()
        {
            {
                new SgdOptions { Momentum = 1 },
                "SGD's Momentum is 1"
            },
            {
                new SgdOptions { WeightDecay = -1 },
                "SGD's WeightDecay is -1"
            },
            {
                new SgdOptions { Momentum = 0, Nesterov = true },
                "SGD's Nesterov is on while Momentum is 0"
            },
            {
                new AdamWOptions { Beta1 = double.NaN },
                "AdamW's Beta1 is NaN"
            },
            {
                new AdamWOptions { Beta2 = 1 },
                "AdamW's Beta2 is 1"
            },
            {
                new AdamWOptions { Epsilon = 0 },
                "AdamW's Epsilon is 0"
            },
            {
                new AdamWOptions { WeightDecay = double.PositiveInfinity },
                "AdamW's WeightDecay is"
            },
        };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void WrongSettingsAreNamed(OptimizerOptions options, string start) =>
        Assert.StartsWith(start, Assert.Single(options.Validate()), StringComparison.Ordinal);

    private static Linear Model()
    {
        Linear model = nn.Linear(3, 2);
        using IDisposable noGrad = no_grad();
        using Tensor weight = tensor([0f, 1, 2, 3, 4, 5], [2, 3]),
            bias = ones(2);
        model.weight.copy_(weight.div(TensorMath.Hold(7)));
        model.bias!.copy_(bias);
        return model;
    }

    private static IEnumerable<OptimizedParameter> Named(nn.Module model) =>
        model.named_parameters().Select(parameter => new OptimizedParameter(parameter.name, parameter.parameter));

    private static void Backward(Linear model, int step)
    {
        using DisposeScope scope = NewDisposeScope();
        using var random = new Generator((ulong)step);
        Tensor x = randn([4, 3], generator: random);
        model.forward(x).sin().sum().backward();
    }
}
