using LiftPlus.Experiments.Decisions;

namespace LiftPlus.Experiments.Tests.Decisions;

public sealed class LabelMeasurementTests
{
    [Fact]
    public void OnShapesMostInjectedWrongLabelsAndAllExactCopiesAreFound()
    {
        using LabelWorld world = LabelWorld.Shapes(most: 12, CancellationToken.None);
        Row[] rows = [.. new AuditMeasurement(world, wrongShare: 0.05, copies: 30).Measure(seeds: 1, CancellationToken.None)];
        double found = Value("together", "precision of the injected number %");
        Assert.Equal(found, Value("together", "recall of the injected number %"), precision: 9);
        Assert.True(found > 10 * Value("chance", "precision of the injected number %"), $"{found} % were found.");
        Assert.True(Value("together", "area under the ROC curve") > 0.9);
        Assert.Equal(100, Value("copies", "recall, same bytes %"));

        double Value(string method, string measure) => rows.Single(row => row.Method == method && row.Measure == measure).Value;
    }
}
