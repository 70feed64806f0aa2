using LiftPlus.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>The estimated prior is the planted one, and fulfils the condition of the optimum in double precision.</summary>
public sealed class LabelPriorTests
{
    private static readonly double[] s_planted = [0.7, 0.2, 0.08, 0.02];

    [Fact]
    public void ThePriorOfTheScoresIsFoundThroughAnotherPriorOfTheImages()
    {
        using DisposeScope scope = NewDisposeScope();
        (double[,] logits, int[] labels) = Draw([400, 1600, 800, 1200]);
        double[] found = Estimate(logits, labels, [400, 1600, 800, 1200]);
        Assert.Equal(1, found.Sum(Math.Exp), 1e-9);
        for (int c = 0; c < s_planted.Length; c++)
            Assert.Equal(s_planted[c], Math.Exp(found[c]), 0.03);
    }

    [Fact]
    public void AtTheOptimumEveryClassIsPredictedAsOftenAsItIsThere()
    {
        using DisposeScope scope = NewDisposeScope();
        int[] counts = [40, 5, 90, 1];
        (double[,] logits, int[] labels) = Draw(counts);
        double[] found = Estimate(logits, labels, counts);
        double[] predicted = new double[counts.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            double[] weights = [.. counts.Select((count, c) => Math.Exp(logits[i, c] - found[c]) * count / labels.Length)];
            for (int c = 0; c < counts.Length; c++)
                predicted[c] += weights[c] / weights.Sum();
        }

        for (int c = 0; c < counts.Length; c++)
            Assert.Equal(counts[c], predicted[c], 1e-2);
    }

    [Fact]
    public void AClassWithoutImagesKeepsAFiniteShare()
    {
        using DisposeScope scope = NewDisposeScope();
        int[] counts = [40, 0, 90, 1];
        (double[,] logits, int[] labels) = Draw(counts);
        Assert.All(Estimate(logits, labels, counts), value => Assert.True(double.IsFinite(value) && value < 0));
    }

    private static double[] Estimate(double[,] logits, int[] labels, int[] counts) =>
        LabelPrior.Estimate(
            tensor(logits).to(float32),
            tensor([.. labels.Select(label => (long)label)]),
            new ClassDistribution(counts.Select((_, c) => $"class {c}"), counts)
        );

    // Images x ~ N(μ_y, 1) in the plane, and the scores log π_c + log N(x; μ_c) of a model with the planted prior.
    private static (double[,] Logits, int[] Labels) Draw(int[] counts)
    {
        var random = new Random(3);
        int[] labels = [.. counts.SelectMany((count, c) => Enumerable.Repeat(c, count))];
        (double X, double Y)[] centres = [(0, 0), (1.5, 0), (0, 1.5), (1.5, 1.5)];
        double[,] logits = new double[labels.Length, counts.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            (double x, double y) = (centres[labels[i]].X + Normal(), centres[labels[i]].Y + Normal());
            for (int c = 0; c < counts.Length; c++)
                logits[i, c] = Math.Log(s_planted[c]) - (Square(x - centres[c].X) + Square(y - centres[c].Y)) / 2;
        }

        return (logits, labels);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

        static double Square(double value) => value * value;
    }
}
