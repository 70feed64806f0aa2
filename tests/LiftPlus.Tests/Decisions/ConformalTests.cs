using LiftPlus.Decisions;

namespace LiftPlus.Tests.Decisions;

public sealed class ConformalTests
{
    [Theory]
    [InlineData(9, 0.9, 9)] // ⌈10 · 0.9⌉ = 9
    [InlineData(19, 0.9, 18)] // ⌈20 · 0.9⌉ = 18
    [InlineData(99, 0.95, 95)]
    [InlineData(20, 0.95, 20)] // ⌈21 · 0.95⌉ = ⌈19.95⌉
    [InlineData(8, 0.9, null)] // ⌈9 · 0.9⌉ = 9 of 8: infinite
    [InlineData(0, 0.9, null)]
    public void TheThresholdIsTheScoreOfThatRank(int n, double coverage, int? rank)
    {
        IEnumerable<double> scores = Enumerable.Range(1, n).Select(i => (double)i).Reverse();
        Assert.Equal(rank ?? double.PositiveInfinity, ConformalFit.Quantile(scores, coverage));
    }

    [Theory]
    [InlineData(SetScore.Softmax)]
    [InlineData(SetScore.PrevalenceAdjusted)]
    public void ScoresAreThoseOfTheFormulas(SetScore kind)
    {
        float[] z = [1.5f, -0.5f, 0.25f];
        double[] shares = [0.7, 0.2, 0.1],
            reference = [0.5, 0.25, 0.25],
            scores = new double[3];
        SetScores.Compute(kind, z, shares, SetScores.ToTail(shares, reference), scores);
        double plain = z.Sum(value => Math.Exp(value)),
            tail = z.Select((value, c) => shares[c] / reference[c] * Math.Exp(value)).Sum();
        for (int c = 0; c < 3; c++)
        {
            double expected =
                kind == SetScore.Softmax ? 1 - Math.Exp(z[c]) / plain : -(shares[c] / reference[c] * Math.Exp(z[c]) / tail) / shares[c];
            Assert.Equal(expected, scores[c], precision: 12);
        }
    }

    [Theory]
    [InlineData(SetScore.Softmax, 0.9)]
    [InlineData(SetScore.Softmax, 0.95)]
    [InlineData(SetScore.PrevalenceAdjusted, 0.9)]
    [InlineData(SetScore.PrevalenceAdjusted, 0.95)]
    public void OverAHundredSplitsTheCoverageIsThePromiseWithinItsBinomialBounds(SetScore kind, double coverage)
    {
        TailWorld world = new(5, noise: 0.6);
        ScoredImages all = world.Draw(1000);
        (double covered, double tested) = (0, 0);
        PredictionPolicyOptions options = new() { Coverage = coverage, SetScore = kind };
        PredictionPolicy fitted = PolicyFit.Fit(all, null, world.Classes, new double[world.Classes.ClassCount], options);
        foreach ((ScoredImages validation, ScoredImages test) in Splits.Of(all, 100, 500))
        {
            PredictionPolicy policy = fitted with
            {
                SetThresholds = [.. ConformalFit.Fit(validation.Logits, validation.Labels, world.Classes, fitted.Reference, options)],
            };
            for (int row = 0; row < test.Count; row++)
                covered += policy.Decide(test.Logits[row], []).Set.Contains(test.Labels[row]) ? 1 : 0;
            tested += test.Count;
        }

        // Splits share their images, so the bound is that of one test set of all images; the promise is exceeded by 1 / (n + 1) at most.
        double bound = 4 * Math.Sqrt(coverage * (1 - coverage) / all.Count);
        Assert.InRange(covered / tested, coverage - bound, coverage + 1.0 / 501 + bound);
    }

    [Fact]
    public void ClassesAreCoveredMoreEvenlyByTheAdjustedScoreOfAModelThatPrefersFrequentOnes()
    {
        TailWorld world = new(6, noise: 0.6);
        double[] shares = Probabilities.Shares(world.Classes);
        ScoredImages validation = Biased(world.Draw(4000, shares));
        ScoredImages test = Biased(world.Draw(4000));
        double plain = MeanCoverage(Fit(SetScore.Softmax), test),
            adjusted = MeanCoverage(Fit(SetScore.PrevalenceAdjusted), test);
        Assert.True(adjusted > plain + 0.05, $"adjusted {adjusted}, plain {plain}");

        // The logits of a model with the preference of the training data, as cross-entropy gives them.
        ScoredImages Biased(ScoredImages images) =>
            images with
            {
                Logits = new Rows(
                    [.. images.Logits.Values.Select((z, i) => (float)(z + Math.Log(shares[i % shares.Length])))],
                    shares.Length
                ),
            };

        PredictionPolicy Fit(SetScore kind) =>
            PolicyFit.Fit(
                validation,
                null,
                world.Classes,
                shares.Select(share => Math.Log(share)),
                new PredictionPolicyOptions { SetScore = kind }
            );
    }

    [Fact]
    public void InterpolatedThresholdsLieBetweenTheClasssOwnAndTheCommonOneWithOneForInfinity()
    {
        TailWorld world = new(7, classes: 4);
        // Class 3 has 5 images, too few for its own threshold at 90 %.
        int[] labels = [.. Enumerable.Repeat(0, 40), .. Enumerable.Repeat(1, 40), .. Enumerable.Repeat(2, 40), .. Enumerable.Repeat(3, 5)];
        ScoredImages images = world.Draw(labels);
        PredictionPolicyOptions options = new() { SetScore = SetScore.Interpolated, ClasswiseWeight = 0.25 };
        double[] reference = [0.25, 0.25, 0.25, 0.25],
            thresholds = ConformalFit.Fit(images.Logits, labels, world.Classes, reference, options);
        PredictionPolicyOptions plain = options with { SetScore = SetScore.Softmax };
        double common = ConformalFit.Fit(images.Logits, labels, world.Classes, reference, plain)[0];
        Assert.Equal(0.25 * 1 + 0.75 * common, thresholds[3], precision: 12);
        double[] ofFirst =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(row =>
                {
                    double[] e = [.. images.Logits[row].ToArray().Select(z => Math.Exp(z))];
                    return 1 - e[0] / e.Sum();
                })
                .Order(),
        ];
        Assert.Equal(0.25 * ofFirst[36] + 0.75 * common, thresholds[0], precision: 9); // ⌈41 · 0.9⌉ = 37
    }

    [Theory]
    [InlineData(SetScore.Softmax)]
    [InlineData(SetScore.PrevalenceAdjusted)]
    public void WithTooFewValidationImagesForThePromiseEverySetHasAllClasses(SetScore kind)
    {
        TailWorld world = new(8);
        PredictionPolicy policy = PolicyFit.Fit(
            world.Draw(8),
            null,
            world.Classes,
            new double[world.Classes.ClassCount],
            new PredictionPolicyOptions { SetScore = kind }
        );
        Assert.Equal(world.Classes.ClassCount, policy.Decide(world.Draw(1).Logits[0], []).Set.Length);
    }

    private static double MeanCoverage(PredictionPolicy policy, ScoredImages test) =>
        Enumerable
            .Range(0, test.Count)
            .GroupBy(row => test.Labels[row])
            .Average(of => of.Average(row => policy.Decide(test.Logits[row], []).Set.Contains(test.Labels[row]) ? 1.0 : 0));
}
