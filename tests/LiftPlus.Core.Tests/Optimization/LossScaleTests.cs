using LiftPlus.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Optimization;

public sealed class LossScaleTests
{
    [Fact]
    public void ApplyThenUnscaleGivesTheGradientsOfTheLossItself()
    {
        using DisposeScope scope = NewDisposeScope();
        var parameter = new Parameter(tensor(new[] { 2f, -3f }));
        var scale = new LossScale();
        Tensor loss = parameter.square().sum();
        scale.Apply(loss).backward();
        Assert.Equal(65_536 * 4f, parameter.grad![0].item<float>());
        Assert.True(scale.Unscale([parameter]));
        Assert.Equal([4f, -6f], parameter.grad.data<float>().ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void UnscaleFindsOneGradientThatIsNotFinite(float bad)
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter[] parameters = [new(zeros(3)), new(zeros(3)), new(zeros(3))]; // the last has no gradient
        parameters[0].grad = ones(3);
        parameters[1].grad = tensor(new[] { 0f, bad, 1f });
        Assert.False(new LossScale().Unscale(parameters));
    }

    [Fact]
    public void UnscalePassesOverAnEmptyParameter()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter[] parameters = [new(zeros(0)), new(zeros(2))];
        parameters[0].grad = zeros(0);
        parameters[1].grad = ones(2);
        Assert.True(new LossScale { Factor = 2 }.Unscale(parameters));
        Assert.Equal([0.5f, 0.5f], parameters[1].grad!.data<float>().ToArray());
    }

    [Fact]
    public void AfterHalvesOnABadStepAndDoublesAfterTwoThousandGoodOnes()
    {
        var scale = new LossScale { Factor = 1024, GoodSteps = 7 };
        Assert.Equal(new LossScale { Factor = 512 }, scale.After(isFinite: false));
        scale = new LossScale { Factor = 1024 };
        for (int step = 0; step < 1999; step++)
            scale = scale.After(isFinite: true);
        Assert.Equal(new LossScale { Factor = 1024, GoodSteps = 1999 }, scale);
        Assert.Equal(new LossScale { Factor = 2048 }, scale.After(isFinite: true));
    }

    [Fact]
    public void AfterGivesUpWhereNoScaleHelps()
    {
        var scale = new LossScale { Factor = 2 };
        scale = scale.After(isFinite: false);
        var error = Assert.Throws<LiftPlusException>(() => scale.After(isFinite: false));
        Assert.Contains("BFloat16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Float16BackboneTrainsTowardsTheSameGradientsAsFloat32()
    {
        using DisposeScope scope = NewDisposeScope();
        Backbone exact = new(TinyBackbones.ViT),
            half = new(TinyBackbones.ViT);
        using var random = new Generator(4);
        Tensor images = randn([2, 3, 12, 12], generator: random);
        Tensor[] gradients =
        [
            .. new[] { exact, half }.Select(backbone =>
            {
                backbone.Initialize(2);
                if (ReferenceEquals(backbone, half))
                    backbone.StoreImageWeightsAs(float16);
                backbone.Image.Blocks[0].Unfreeze(name => name == "norm1.weight");
                Parameter trained = backbone.Image.Blocks[0].OwnParameters.First().Parameter;
                // Gradients far below float16's smallest number.
                Tensor tiny = TensorMath.Scale(backbone.EncodeImage(images).square().narrow(1, 0, 5).sum(), 1e-7);
                var scale = new LossScale();
                scale.Apply(tiny).backward();
                Assert.True(scale.Unscale([trained]));
                return trained.grad!;
            }),
        ];
        double difference = TensorMath.Subtract(gradients[1], gradients[0]).norm().item<float>() / gradients[0].norm().item<float>();
        Assert.True(difference < 0.05, $"{difference}");
    }
}
