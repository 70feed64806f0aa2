using LiftPlus.Metrics;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Metrics;

public sealed class ClassificationMetricsTests
{
    private static readonly ClassDistribution s_training = new(["a", "b", "c", "d"], [101, 100, 20, 19]);

    [Fact]
    public void AbsentClassesAndEmptyGroupsHaveNoAccuracy()
    {
        // Class 1 is right once in two, class 3 once in one; the reference fails here.
        ClassificationMetrics metrics = ClassificationMetrics.Compute([1, 1, 3], [1, 0, 3], s_training);
        Assert.Equal(200.0 / 3, metrics.Overall, 1e-9);
        Assert.Equal(75, metrics.MeanClass, 1e-9);
        Assert.Null(metrics.Many);
        Assert.Equal(50, metrics.Medium);
        Assert.Equal(100, metrics.Few);
        Assert.Equal([null, 50, null, 100], metrics.PerClass);
        Assert.Equal([0, 2, 0, 1], metrics.PerClassCount);
        Assert.Null(metrics.Top5);
        Assert.Equal(metrics.Medium, metrics.Get(ShotGroup.Medium));
    }

    [Fact]
    public void EqualLogitsGoToTheLowestLabel()
    {
        var builder = new ClassificationMetricsBuilder(s_training);
        builder.Add([0, 1], [3, 3, 3, 3, 3, 3, 3, 3]);
        ClassificationMetrics metrics = builder.Build();
        Assert.Equal([100, 0, null, null], metrics.PerClass);
        Assert.Equal(100, metrics.Top5); // four classes are all among the first five
    }

    [Fact]
    public void TopFiveCountsTheFirstFive()
    {
        var training = new ClassDistribution(Enumerable.Range(0, 7).Select(c => $"{c}"), Enumerable.Repeat(1, 7));
        var builder = new ClassificationMetricsBuilder(training);
        float[] row = [7, 6, 5, 4, 3, 2, 1];
        for (int label = 0; label < 7; label++)
            builder.Add([label], row);
        builder.Add([6], [0, 0, 0, 0, 0, 0, 0]); // ties: six labels come before it
        builder.Add([4], [0, 0, 0, 0, 0, 0, 0]);
        ClassificationMetrics metrics = builder.Build();
        Assert.Equal(100.0 * 6 / 9, metrics.Top5!.Value, 1e-9);
        Assert.Equal(100.0 / 9, metrics.Overall, 1e-9);
    }

    [Fact]
    public void RowsWithNaNAreWrong()
    {
        var builder = new ClassificationMetricsBuilder(s_training);
        builder.Add([0, 0], [float.NaN, 0, 0, 0, 1, 0, float.NegativeInfinity, float.NegativeInfinity]);
        ClassificationMetrics metrics = builder.Build();
        Assert.Equal(50, metrics.Overall);
        Assert.Equal(50, metrics.Top5);
    }

    [Fact]
    public void BatchesAndTensorsGiveTheSame()
    {
        float[] logits = [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0];
        long[] labels = [0, 1, 3];
        var whole = new ClassificationMetricsBuilder(s_training);
        var parts = new ClassificationMetricsBuilder(s_training);
        using (
            Tensor first = tensor(logits[..4], [1, 4]),
                rest = tensor(logits[4..], [2, 4]),
                label = tensor(labels[..1]),
                others = tensor(labels[1..])
        )
        {
            parts.Add(label, first);
            parts.Add(others, rest);
        }

        whole.Add(labels, logits);
        (ClassificationMetrics one, ClassificationMetrics two) = (whole.Build(), parts.Build());
        Assert.Equal(one.PerClass, two.PerClass);
        Assert.Equal(one with { PerClass = two.PerClass, PerClassCount = two.PerClassCount }, two);
    }

    [Fact]
    public void WrongInputIsNamed()
    {
        var builder = new ClassificationMetricsBuilder(s_training);
        Assert.Contains(
            "test label 4 is none of the 4",
            Assert.Throws<LiftPlusException>(() => builder.AddPredictions([4], [0])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "test label -1 is none",
            Assert.Throws<LiftPlusException>(() => builder.Add([-1], [0, 0, 0, 0])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "2 labels with 4 logits",
            Assert.Throws<LiftPlusException>(() => builder.Add([0, 1], [0, 0, 0, 0])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "1 labels with 2 predictions",
            Assert.Throws<LiftPlusException>(() => builder.AddPredictions([0], [0, 1])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("without test images", Assert.Throws<LiftPlusException>(builder.Build).Message, StringComparison.Ordinal);
    }
}
