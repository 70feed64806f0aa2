using LiftPlus.Decisions;
using LiftPlus.Experiments.Decisions;
using LiftPlus.Samples;

namespace LiftPlus.Experiments.Tests.Decisions;

public sealed class CoverageMeasurementTests
{
    private const int Splits = 100,
        ImagesPerClass = 12;

    [Fact]
    public void OnFeaturesOfShapesTheCoverageOverAHundredSplitsIsThePromise()
    {
        ShapesPool shapes = new();
        using FineTunedModel model = TinyClipTask
            .CreateBuilder(new Contender("LIFT+", _ => { }), seed: 0, epochs: 1)
            .Build()
            .Fit(shapes.Train(most: 3));
        ImageDataset fresh = shapes.Fresh(ImagesPerClass);
        ScoredImages pool = ScoredImages.Read(model, [.. fresh.Select(image => (image.Source, image.Label))], CancellationToken.None);
        CoverageMeasurement measurement = new(model.Classes, new double[model.Classes.ClassCount], pool);
        foreach (double coverage in (double[])[0.9, 0.95])
        {
            Row[] rows = [.. measurement.Measure(Splits, coverage).Where(row => row is { Case: "even", Measure: "overall %" })];
            Assert.Equal(4, rows.Length);
            double bound = 4 * Math.Sqrt(coverage * (1 - coverage) / pool.Count),
                excess = 1.0 / (pool.Count / 2 + 1);
            Assert.All(rows.Where(row => row.Method != "interpolated"), row =>
                Assert.InRange(row.Value / 100, coverage - bound, coverage + excess + bound)
            );
        }
    }
}
