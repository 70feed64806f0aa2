using LiftPlus.Models;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

public sealed class NewDirectionsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(5);

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    public void AClassOfImages_IsAsNearToFurtherImagesAsTheBestOtherClass(int count)
    {
        Tensor images = Unit(400, 32, around: 0.7),
            rows = TensorMath.Normalize(TensorMath.Add(Unit(20, 32, around: 0), TensorMath.Scale(images[0], 0.5)));
        NewDirections directions = new(rows);
        Tensor direction = directions.Of(Sources(images.narrow(0, 0, count), null));
        Tensor further = images.narrow(0, 100, 300);
        double found = Number(further.mv(direction).mean()),
            best = Number(further.mm(rows.t()).amax([1]).mean());
        Assert.InRange(found, best - 0.1, best + 0.1);
        Assert.True(found < Number(further.mv(TensorMath.Normalize(images.narrow(0, 0, count).mean([0]))).mean()) - 0.1);
    }

    [Fact]
    public void AClassThatNeedsAllItsImages_GetsTheirMean()
    {
        Tensor images = Unit(5, 32, around: 0.3);
        Tensor direction = new NewDirections(images).Of(Sources(images, null)); // the others are the images themselves
        TensorAssert.Close(TensorMath.Normalize(images.mean([0])), direction, 1e-4, 1e-5, "the mean");
    }

    [Fact]
    public void WordsThatDoNotFitTheImages_AreLeft()
    {
        Tensor images = Unit(20, 32, around: 0.7),
            rows = Unit(20, 32, around: 0);
        NewDirections directions = new(rows);
        Tensor goal = TensorMath.Normalize(images.mean([0]));
        double Near(Tensor words) => Number(directions.Of(Sources(images, words)).dot(goal));
        Assert.True(Near(TensorMath.Normalize(goal.neg())) > 0);
        Assert.Equal(1, Near(goal), 1e-4);
    }

    [Fact]
    public void WhatTrainingDidToTheWordsOfOtherClasses_IsDoneToNewWords()
    {
        (Tensor turn, Tensor _) = linalg.qr(randn(8, 8, generator: _random));
        Tensor told = Unit(100, 8, around: 0.3),
            words = Unit(20, 8, around: 0.3);
        NewDirections directions = new(told.mm(turn));
        double Agreement() =>
            Enumerable.Range(0, 20).Average(i => Number(directions.Of(Sources(null, words[i])).dot(words[i].unsqueeze(0).mm(turn)[0])));
        double before = Agreement();
        directions.LearnFrom(told, told.mm(turn));
        Assert.InRange(Agreement(), before + 0.2, 1);
    }

    [Fact]
    public void OtherClassesWithTheSameWords_TeachNothing()
    {
        Tensor told = Unit(1, 8, around: 0).repeat(3, 1);
        NewDirections directions = new(told);
        directions.LearnFrom(told, told);
        Tensor words = Unit(1, 8, around: 0)[0];
        TensorAssert.Close(words, directions.Of(Sources(null, words)), 1e-4, 1e-5, "the words");
    }

    // Unit vectors with a common part.
    private Tensor Unit(int count, int width, double around)
    {
        Tensor common = TensorMath.Scale(TensorMath.Normalize(ones(width)), around * Math.Sqrt(width));
        return TensorMath.Normalize(TensorMath.Add(randn(count, width, generator: _random), common));
    }

    private static ClassSources Sources(Tensor? seen, Tensor? told) =>
        new(new NewClass { Name = "new" }, (int)(seen?.shape[0] ?? 0), seen, told);

    private static double Number(Tensor value) => value.item<float>();
}
