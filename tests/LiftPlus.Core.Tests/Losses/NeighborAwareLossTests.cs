using LiftPlus.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Losses;

/// <summary>Compares the loss and its gradient with the formula, written down in double precision.</summary>
public sealed class NeighborAwareLossTests
{
    private static readonly int[] s_counts = [300, 40, 0, 7, 2];

    // Of the four images only three were read; the neighbours of images and of their classes overlap.
    private static readonly ClassNeighbors s_neighbors = new(
        new[,]
        {
            { 1, 2 },
            { 0, 3 },
            { 4, 1 },
            { 2, 4 },
            { 3, 0 },
        },
        new[,]
        {
            { 3, 4 },
            { -1, -1 },
            { 2, 1 },
            { 1, 0 },
        }
    );

    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(1.5, 0.0)]
    [InlineData(0.0, 0.25)]
    public void ValueAndGradientAreThoseOfTheFormula(double textWeight, double zeroShotWeight)
    {
        int[] places = [3, 0, 1, 2, 0],
            labels = [4, 1, 3, 0, 2];
        double[,] logits = Logits(places.Length, s_counts.Length);
        using DisposeScope scope = NewDisposeScope();
        using LongTailLoss loss = Create(textWeight, zeroShotWeight);
        Tensor z = tensor(logits).to(float32).requires_grad_();
        Tensor value = loss.OfImages(z, tensor([.. labels.Select(label => (long)label)]), places);
        value.backward();
        Assert.Equal(Formula(logits, labels, places, textWeight, zeroShotWeight), value.item<float>(), 1e-5);
        Assert.All(
            Slope(logits, moved => Formula(moved, labels, places, textWeight, zeroShotWeight)).Cast<double>().Zip(z.grad!.data<float>()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-6)
        );
    }

    [Fact]
    public void WithoutTheImagesOnlyTheTextsOfTheClassesCount()
    {
        double[,] logits = Logits(2, s_counts.Length);
        using DisposeScope scope = NewDisposeScope();
        using LongTailLoss loss = Create(0.5, 0.5);
        Tensor value = loss.forward(tensor(logits).to(float32), tensor([4L, 1]));
        Assert.Equal(Formula(logits, [4, 1], [1, 1], 0.5, 0.5), value.item<float>(), 1e-5); // image 1 was not read
    }

    [Fact]
    public void WithoutNeighborsItIsNotCreated()
    {
        var context = new LossContext(new ClassDistribution(["a", "b"], [2, 1]), LogitScale: 25, CPU);
        string message = Assert.Throws<LiftPlusException>(() => new NeighborAwareLossOptions().CreateLoss(context)).Message;
        Assert.Contains("which a training run finds", message);
    }

    [Fact]
    public void TwoWeightsOfZeroAreTheLogitAdjustedLoss()
    {
        var options = new NeighborAwareLossOptions { TextWeight = 0, ZeroShotWeight = 0 };
        Assert.EndsWith("use the logit-adjusted loss.", Assert.Single(options.Validate()));
        Assert.Contains("Neighbors is 0; give 1 to 100", Assert.Single((options with { TextWeight = 1, Neighbors = 0 }).Validate()));
    }

    private static LongTailLoss Create(double textWeight, double zeroShotWeight) =>
        new NeighborAwareLossOptions { TextWeight = textWeight, ZeroShotWeight = zeroShotWeight }.CreateLoss(
            new LossContext(new ClassDistribution(s_counts.Select((_, c) => $"class {c}"), s_counts), LogitScale: 25, CPU)
            {
                Neighbors = s_neighbors,
            }
        );

    // CE(z', y) + a · mean over images and classes of BCE(z', Y_text) + b · the same for Y_zero-shot.
    private static double Formula(double[,] logits, int[] labels, int[] places, double a, double b)
    {
        double total = s_counts.Sum(count => Math.Max(count, 1)),
            sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double[] z = [.. s_counts.Select((count, c) => logits[i, c] + Math.Log(Math.Max(count, 1) / total))];
            sum += Math.Log(z.Sum(Math.Exp)) - z[labels[i]];
            int[] text = [labels[i], .. Row(s_neighbors.OfClasses, labels[i])],
                zeroShot = [labels[i], .. Row(s_neighbors.OfImages, places[i])];
            for (int c = 0; c < z.Length; c++)
                sum += (a * Bce(z[c], text.Contains(c)) + b * Bce(z[c], zeroShot.Contains(c))) / z.Length;
        }

        return sum / labels.Length;
    }

    private static double Bce(double z, bool isPositive) => -Math.Log(1 / (1 + Math.Exp(isPositive ? -z : z)));

    private static int[] Row(int[,] rows, int row) => [.. Enumerable.Range(0, rows.GetLength(1)).Select(k => rows[row, k])];

    private static double[,] Slope(double[,] at, Func<double[,], double> function)
    {
        const double H = 1e-5;
        double[,] slope = new double[at.GetLength(0), at.GetLength(1)];
        for (int i = 0; i < at.Length; i++)
        {
            (int row, int column) = (i / at.GetLength(1), i % at.GetLength(1));
            double before = at[row, column];
            at[row, column] = before + H;
            double above = function(at);
            at[row, column] = before - H;
            slope[row, column] = (above - function(at)) / (2 * H);
            at[row, column] = before;
        }

        return slope;
    }

    private static double[,] Logits(int rows, int columns)
    {
        var random = new Random(5);
        double[,] logits = new double[rows, columns];
        for (int i = 0; i < logits.Length; i++)
            logits[i / columns, i % columns] = 6 * random.NextDouble() - 3;
        return logits;
    }
}
