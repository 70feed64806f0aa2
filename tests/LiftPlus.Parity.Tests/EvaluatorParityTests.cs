using System.Text.Json;
using LiftPlus.Metrics;
using LiftPlus.TestSupport;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares accuracies with golden/evaluator.</summary>
public sealed class EvaluatorParityTests
{
    private static readonly JsonElement s_golden = GoldenFolder.Json("evaluator", "evaluator.json");

    public static TheoryData<string> Cases =>
        [.. s_golden.EnumerateObject().Where(entry => entry.Value.TryGetProperty("y_true", out _)).Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void AccuraciesAreTheReferences(string name)
    {
        JsonElement golden = s_golden.GetProperty(name);
        int[] counts = [.. golden.GetProperty("class_counts").EnumerateArray().Select(count => count.GetInt32())];
        var training = new ClassDistribution(counts.Select((_, c) => $"class {c}"), counts);
        ClassificationMetrics metrics = ClassificationMetrics.Compute(Longs(golden, "y_true"), Longs(golden, "y_pred"), training);
        Near(golden.GetProperty("overall"), metrics.Overall);
        Near(golden.GetProperty("mean_class"), metrics.MeanClass);
        foreach ((string key, ShotGroup group) in new[] { ("many", ShotGroup.Many), ("med", ShotGroup.Medium), ("few", ShotGroup.Few) })
            Assert.Equal(
                Longs(golden, key),
                Enumerable.Range(0, counts.Length).Where(c => training.GroupOf(c) == group).Select(c => (long)c)
            );
        if (golden.GetProperty("printed").GetArrayLength() < 3)
            return; // the reference has no groups: they were not requested, or a missing class made it fail; other tests cover those cases

        Near(golden.GetProperty("many_acc"), metrics.Many);
        Near(golden.GetProperty("med_acc"), metrics.Medium);
        Near(golden.GetProperty("few_acc"), metrics.Few);
        JsonElement perClass = golden.GetProperty("per_class");
        Assert.Equal(perClass.GetArrayLength(), metrics.PerClass.Length);
        for (int c = 0; c < metrics.PerClass.Length; c++)
            Near(perClass[c], metrics.PerClass[c]);
    }

    [Fact]
    public void TiesGoToTheLowestLabel()
    {
        JsonElement golden = s_golden.GetProperty("argmax_ties");
        float[][] rows =
        [
            .. golden
                .GetProperty("logits")
                .EnumerateArray()
                .Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray()),
        ];
        int classes = rows[0].Length;
        var builder = new ClassificationMetricsBuilder(
            new ClassDistribution(Enumerable.Range(0, classes).Select(c => $"class {c}"), new int[classes])
        );
        builder.Add(Longs(golden, "argmax"), rows.SelectMany(row => row).ToArray());
        Assert.Equal(100, builder.Build().Overall);
    }

    private static void Near(JsonElement wanted, double? got)
    {
        if (wanted.ValueKind == JsonValueKind.Null)
            Assert.Null(got);
        else
            Assert.Equal(wanted.GetDouble(), got ?? double.NaN, 1e-3);
    }

    private static long[] Longs(JsonElement golden, string name) =>
        [.. golden.GetProperty(name).EnumerateArray().Select(value => value.GetInt64())];
}
