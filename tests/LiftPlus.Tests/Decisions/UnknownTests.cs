using LiftPlus.Decisions;
using MathNet.Numerics.LinearAlgebra;

namespace LiftPlus.Tests.Decisions;

public sealed class UnknownTests
{
    [Fact]
    public void TheAreaUnderTheCurveIsTheShareOfPairsInOrder()
    {
        var random = new Random(1);
        double[] known = [.. Enumerable.Range(0, 57).Select(_ => (double)random.Next(20))],
            unknown = [.. Enumerable.Range(0, 43).Select(_ => (double)random.Next(5, 25))];
        double pairs = known.Sum(k =>
            unknown.Sum(u =>
                u > k ? 1.0
                : u == k ? 0.5
                : 0
            )
        );
        Assert.Equal(pairs / (57 * 43), Ranking.Area(known, unknown), precision: 12);
    }

    [Fact]
    public void TheBaselineIsOneMinusTheLargestProbability()
    {
        float[] z = [0.5f, 2, -1];
        double[] e = [.. z.Select(value => Math.Exp(value))];
        Assert.Equal(1 - e.Max() / e.Sum(), new MaximumSoftmax().Score([], z), precision: 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(500)] // more than there are: the farthest
    public void TheNeighborDistanceIsTheSortedOne(int k)
    {
        Rows train = new TailWorld(2).Draw(80).Features.Normalized();
        float[] unit = new TailWorld(3).Draw(1).Features.Normalized()[0].ToArray();
        double[] distances =
        [
            .. Enumerable
                .Range(0, 80)
                .Select(row => Math.Sqrt(train[row].ToArray().Zip(unit, (a, b) => ((double)a - b) * ((double)a - b)).Sum()))
                .Order(),
        ];
        Assert.Equal(distances[Math.Min(k, 80) - 1], new NeighborDistance(train, k).Score(unit, []), tolerance: 1e-3);
    }

    [Fact]
    public void TheRelativeMahalanobisDistanceIsThatOfTheInverseCovariances()
    {
        const int width = 6,
            classes = 4;
        TailWorld world = new(4, classes, width);
        ScoredImages train = world.Draw(200);
        var detector = (RelativeMahalanobis)DetectorFit.Fit(Options(UnknownMeasure.RelativeMahalanobis), train, classes);
        float[] unit = world.Draw(1).Features.Normalized()[0].ToArray();
        Vector<double> x = Vector<double>.Build.Dense([.. unit.Select(value => (double)value)]);
        Rows units = train.Features.Normalized();
        Vector<double>[] rows = [.. Enumerable.Range(0, 200).Select(i => Vector<double>.Build.Dense(width, d => units[i][d]))];
        Vector<double> mean = rows.Aggregate((a, b) => a + b) / 200;
        Vector<double>[] means =
        [
            .. Enumerable
                .Range(0, classes)
                .Select(c =>
                {
                    Vector<double>[] own = [.. rows.Where((_, i) => train.Labels[i] == c)];
                    return own.Aggregate((a, b) => a + b) / own.Length;
                }),
        ];
        int[] counts = [.. Enumerable.Range(0, classes).Select(c => train.Labels.Count(label => label == c))];
        Matrix<double> within = Covariance((_, i) => means[train.Labels[i]]) / (200 - classes),
            all = Covariance((_, _) => mean) / 200;
        double noise = within.Trace(),
            between = means.Average(m => (m - mean).DotProduct(m - mean)) - noise * counts.Average(n => 1.0 / n);
        double distance = Enumerable
            .Range(0, classes)
            .Min(c => Mahalanobis(mean + (means[c] - mean) * counts[c] / (counts[c] + noise / between), within));
        Assert.Equal(distance - Mahalanobis(mean, all), detector.Score(unit, []), tolerance: 0.02);

        Matrix<double> Covariance(Func<Vector<double>, int, Vector<double>> about) =>
            rows.Select((row, i) => (row - about(row, i)).OuterProduct(row - about(row, i))).Aggregate((a, b) => a + b);

        double Mahalanobis(Vector<double> m, Matrix<double> covariance)
        {
            double shrinkage = width / (width + 200.0);
            Matrix<double> regular =
                (1 - shrinkage) * covariance + shrinkage * covariance.Trace() / width * Matrix<double>.Build.DenseIdentity(width);
            return (x - m) * (regular.Inverse() * (x - m));
        }
    }

    [Fact]
    public void TheVirtualLogitIsTheLengthOutsideTheLeadingDirectionsAgainstTheLogits()
    {
        const int width = 6;
        TailWorld world = new(5, 4, width);
        ScoredImages train = world.Draw(300),
            test = world.Draw(1);
        UnknownDetector detector = DetectorFit.Fit(Options(UnknownMeasure.VirtualLogit), train, 4);
        Rows units = train.Features.Normalized();
        Matrix<double> x = Matrix<double>.Build.Dense(300, width, (row, column) => units[row][column]);
        // The directions of the singular values; the residual is what the last ones hold.
        Matrix<double> last = x.Svd().VT.SubMatrix(width / 2, width - width / 2, 0, width);
        double alpha =
            Enumerable.Range(0, 300).Average(row => (double)train.Logits[row].ToArray().Max())
            / Enumerable.Range(0, 300).Average(row => (last * x.Row(row)).L2Norm());
        float[] unit = test.Features.Normalized()[0].ToArray();
        double residual = (last * Vector<double>.Build.Dense([.. unit.Select(value => (double)value)])).L2Norm();
        double energy = Math.Log(test.Logits[0].ToArray().Sum(z => Math.Exp(z)));
        Assert.Equal(alpha * residual - energy, detector.Score(unit, test.Logits[0]), tolerance: 1e-2);
    }

    [Theory]
    [InlineData(UnknownMeasure.MaximumSoftmax)]
    [InlineData(UnknownMeasure.NeighborDistance)]
    [InlineData(UnknownMeasure.RelativeMahalanobis)]
    [InlineData(UnknownMeasure.VirtualLogit)]
    public void FeaturesTimesAFactorAreAsUnknownAsBefore(UnknownMeasure measure)
    {
        TailWorld world = new(6);
        PredictionPolicy policy = Fit(world, measure);
        ScoredImages image = world.Draw(1);
        float[] larger = [.. image.Features[0].ToArray().Select(value => 16 * value)];
        Assert.Equal(
            policy.Decide(image.Logits[0], image.Features[0]).Unknown!.Value.Value,
            policy.Decide(image.Logits[0], larger).Unknown!.Value.Value,
            tolerance: 1e-6
        );
    }

    [Theory]
    [InlineData(UnknownMeasure.MaximumSoftmax)]
    [InlineData(UnknownMeasure.NeighborDistance)]
    [InlineData(UnknownMeasure.RelativeMahalanobis)]
    [InlineData(UnknownMeasure.VirtualLogit)]
    public void FalseAlarmsAreAsPromisedAndUnknownImagesAreFoundMoreOften(UnknownMeasure measure)
    {
        TailWorld world = new(7);
        PredictionPolicy policy = Fit(world, measure, validation: 2000);
        double alarms = Share(world.Draw(2000)),
            found = Share(world.DrawUnknown(1000));
        // Validation and test both have an error of √(0.05 · 0.95 / 2000) = 0.005.
        Assert.InRange(alarms, 0.05 - 0.03, 0.05 + 0.03);
        Assert.True(found > 2 * alarms, $"{found} found, {alarms} false alarms");

        double Share(ScoredImages images) =>
            Enumerable
                .Range(0, images.Count)
                .Average(row => policy.Decide(images.Logits[row], images.Features[row]).Unknown!.Value.IsUnknown ? 1.0 : 0);
    }

    [Fact]
    public void AMeasureThatNeedsTrainingImagesSaysSo()
    {
        TailWorld world = new(8);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            PolicyFit.Fit(world.Draw(50), null, world.Classes, new double[20], Options(UnknownMeasure.NeighborDistance))
        );
        Assert.Contains("NeighborDistance needs training images", error.Message);
        error = Assert.Throws<LiftPlusException>(() =>
            PolicyFit.Fit(world.Draw(50), world.Draw(6), world.Classes, new double[20], Options(UnknownMeasure.VirtualLogit))
        );
        Assert.Contains("needs more than 6 training images for 12 features, and there are 6", error.Message);
    }

    private static PredictionPolicyOptions Options(UnknownMeasure measure) => new() { UnknownMeasure = measure };

    private static PredictionPolicy Fit(TailWorld world, UnknownMeasure measure, int validation = 200) =>
        PolicyFit.Fit(
            world.Draw(validation),
            world.Draw(1000, Probabilities.Shares(world.Classes)),
            world.Classes,
            new double[world.Classes.ClassCount],
            Options(measure)
        );
}
