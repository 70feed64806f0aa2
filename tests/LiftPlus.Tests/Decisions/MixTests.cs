using LiftPlus.Decisions;

namespace LiftPlus.Tests.Decisions;

public sealed class MixTests
{
    private static readonly double[] s_uniform = [.. Enumerable.Repeat(1 / 20.0, 20)];

    [Fact]
    public void TheEstimateMaximizesTheLikelihood()
    {
        TailWorld world = new(1, classes: 3);
        double[] reference = [0.5, 0.3, 0.2];
        double[][] p = Posteriors(world.Draw(400, [0.2, 0.2, 0.6]));
        double[] prior = PriorEstimate.Maximize(p, reference, null);
        double best = Likelihood(prior);
        for (double a = 0.02; a < 1; a += 0.02)
        {
            for (double b = 0.02; a + b < 1; b += 0.02)
                Assert.True(Likelihood([a, b, 1 - a - b]) <= best + 1e-6, $"({a}, {b}) is likelier than {string.Join(", ", prior)}");
        }

        double Likelihood(double[] mix) => p.Sum(row => Math.Log(row.Select((share, c) => share * mix[c] / reference[c]).Sum()));
    }

    [Fact]
    public void TheEstimateThatIsDrawnTowardsAMixMaximizesTheProbabilityUnderADirichletDistributionAroundIt()
    {
        TailWorld world = new(1, classes: 3);
        double[] reference = [0.5, 0.3, 0.2],
            centre = [0.3, 0.3, 0.4];
        const double Images = 50;
        double[][] p = Posteriors(world.Draw(400, [0.2, 0.2, 0.6]));
        double[] prior = PriorEstimate.Maximize(p, reference, towards: new DrawnTowards(centre, Images));
        double best = Logarithm(prior);
        for (double a = 0.02; a < 1; a += 0.02)
        {
            for (double b = 0.02; a + b < 1; b += 0.02)
                Assert.True(Logarithm([a, b, 1 - a - b]) <= best + 1e-6, $"({a}, {b}) is likelier than {string.Join(", ", prior)}");
        }

        double Logarithm(double[] mix) =>
            p.Sum(row => Math.Log(row.Select((share, c) => share * mix[c] / reference[c]).Sum()))
            + Images * centre.Zip(mix, (m, share) => m * Math.Log(share)).Sum();
    }

    [Fact]
    public void OffsetsMinimizeTheCrossEntropyOfTheMixThatProbabilitiesAreFor()
    {
        TailWorld world = new(8, classes: 4, noise: 0.6);
        double[] reference = [0.4, 0.3, 0.2, 0.1];
        ScoredImages images = world.Draw(300, [0.5, 0.3, 0.2, 0]); // none of the last class
        double[][] p = Posteriors(images);
        double[] offsets = ClassOffsets.Fit(p, images.Labels, reference);
        Assert.Equal(0, offsets[3]);
        Assert.Contains(offsets, offset => Math.Abs(offset) > 0.05);
        double least = Loss(offsets);
        for (int c = 0; c < 3; c++)
        {
            foreach (double change in (double[])[-0.02, 0.02])
            {
                double[] other = [.. offsets];
                other[c] += change;
                Assert.True(Loss(other) > least, $"{change} more for class {c} is better");
            }
        }

        double Loss(double[] b)
        {
            double loss = ClassOffsets.ZeroImages / 2 * b.Sum(offset => offset * offset);
            foreach ((int i, int label) in images.Labels.Index())
            {
                double weight = reference[label] / 0.9 * images.Count / images.Labels.Count(other => other == label);
                loss += weight * (Math.Log(p[i].Select((share, c) => share * Math.Exp(b[c])).Sum()) - b[label]);
            }

            return loss;
        }
    }

    [Fact]
    public void AMixThatDiffersWithinItsGroupsIsFoundAndAdaptedTo()
    {
        TailWorld world = new(9, noise: 0.6);
        PredictionPolicy policy = Fit(world, world.Draw(2000));
        int[] groups = MixReference.Groups(world.Classes);
        double[] mix = new double[20]; // one class of each group is frequent
        for (int group = 0; group < 5; group++)
        {
            int[] members = [.. Enumerable.Range(0, 20).Where(c => groups[c] == group)];
            foreach ((int place, int c) in members.Index())
                mix[c] = (place == 0 ? 0.7 : 0.1) / 5;
        }

        ScoredImages unlabelled = world.Draw(2000, mix),
            test = world.Draw(2000, mix);
        MixEstimate pooled = MixEstimate.From(policy, unlabelled.Logits, new MixOptions()),
            grouped = MixEstimate.From(policy, unlabelled.Logits, new MixOptions { Method = MixMethod.Grouped });
        Assert.True(pooled.IsShifted);
        double before = Accuracy(policy, test),
            after = Accuracy(policy with { Prior = pooled.Prior }, test);
        Assert.True(after > before + 0.05, $"{before} to {after}");
        Assert.True(after > Accuracy(policy with { Prior = grouped.Prior }, test) + 0.05);

        // A policy of an earlier version has no offsets: classes follow their groups.
        PredictionPolicy earlier = policy with { Mix = policy.Mix! with { Offsets = [], Images = 0 } };
        Assert.Equal(
            MixEstimate.From(earlier, unlabelled.Logits, new MixOptions { Method = MixMethod.Grouped }).Prior,
            MixEstimate.From(earlier, unlabelled.Logits, new MixOptions()).Prior
        );
    }

    [Fact]
    public void ClassesFollowTheirGroupsWhereNothingTellsThemApart()
    {
        TailWorld world = new(10, noise: 0.6);
        PredictionPolicy policy = Fit(world, world.Draw(200));
        double[][] p = ClassOffsets.Apply(MixEstimate.Posteriors(policy, world.Draw(20_000).Logits), policy.Mix!.Offsets);
        int[] groups = MixReference.Groups(world.Classes);
        var pooled = PooledPrior.Estimate(p, policy.Reference, groups, policy.Mix.Images);
        Assert.Null(pooled.Kappa);
        Assert.True(pooled.PValue > 0.01);
    }

    [Fact]
    public void ThePriorOfAGroupIsDividedEquallyOfAUniformReferenceAndMaximizesTheLikelihoodOfSuchPriors()
    {
        TailWorld world = new(2, classes: 4);
        double[] reference = [0.25, 0.25, 0.25, 0.25];
        int[] groups = [0, 1, 1, 0];
        double[][] p = Posteriors(world.Draw(400, [0.1, 0.4, 0.4, 0.1]));
        double[] prior = PriorEstimate.Maximize(p, reference, groups);
        Assert.Equal(prior[0], prior[3], precision: 12);
        Assert.Equal(prior[1], prior[2], precision: 12);
        double best = Likelihood(2 * prior[0]);
        for (double a = 0.01; a < 1; a += 0.01)
            Assert.True(Likelihood(a) <= best + 1e-6, $"{a} is likelier than {2 * prior[0]}");

        double Likelihood(double first) =>
            p.Sum(row => Math.Log((row[0] + row[3]) * first / 2 / 0.25 + (row[1] + row[2]) * (1 - first) / 2 / 0.25));
    }

    [Fact]
    public void OtherOrdersOfImagesAndClassesGiveTheSameEstimate()
    {
        TailWorld world = new(3, classes: 5);
        double[] reference = [0.2, 0.2, 0.2, 0.2, 0.2];
        double[][] p = Posteriors(world.Draw(200, [0.6, 0.1, 0.1, 0.1, 0.1]));
        double[] prior = PriorEstimate.Maximize(p, reference, null),
            reversed = PriorEstimate.Maximize([.. p.Select(row => row.Reverse().ToArray()).Reverse()], reference, null);
        Assert.All(prior.Zip(reversed.Reverse()), pair => Assert.Equal(pair.First, pair.Second, precision: 9));
    }

    [Fact]
    public void ShrinkingKeepsNoShiftAndNearlyKeepsALargeOne()
    {
        double[] reference = [0.5, 0.5];
        Assert.Equal(reference, PriorEstimate.Shrink(reference, reference));
        double divergence = 0.9 * Math.Log(1.8) + 0.1 * Math.Log(0.2),
            back = Math.Exp(-PriorEstimate.Gamma * divergence);
        Assert.Equal((1 - back) * 0.9 + back * 0.5, PriorEstimate.Shrink([0.9, 0.1], reference)[0], precision: 12);
    }

    [Fact]
    public void TheBlackBoxGivesBackTheMixThatItsPredictionsComeFrom()
    {
        // Columns are what images of a kind are predicted as.
        double[] confusion = [0.8, 0.1, 0.3, 0.1, 0.7, 0.1, 0.1, 0.2, 0.6];
        double[] mix = [0.2, 0.5, 0.3];
        double[] predicted = [.. Enumerable.Range(0, 3).Select(i => Enumerable.Range(0, 3).Sum(j => confusion[i * 3 + j] * mix[j]))];
        Assert.All(BlackBoxShift.Solve(confusion, predicted).Zip(mix), pair => Assert.Equal(pair.Second, pair.First, precision: 9));
    }

    [Fact]
    public void GroupsHaveEquallyManyClassesInTheOrderOfTheirImages()
    {
        ClassDistribution classes = new(["a", "b", "c", "d", "e", "f", "g"], [5, 70, 10, 60, 20, 50, 30]);
        Assert.Equal([4, 0, 3, 0, 2, 1, 2], MixReference.Groups(classes)); // ranks 6 0 5 1 4 2 3, times 5, divided by 7
    }

    [Fact]
    public void WithoutAShiftTheTestRefusesAboutAsOftenAsItsSignificanceSays()
    {
        TailWorld world = new(4, noise: 0.6);
        PredictionPolicy policy = Fit(world, world.Draw(1000));
        int adapted = Enumerable.Range(0, 200).Count(_ => Estimate(policy, world.Draw(300), 0.05).IsShifted);
        // One validation set for all: its error is in the test, which expects another one each time.
        Assert.InRange(adapted, 0, 30);
    }

    [Fact]
    public void ALongTailedValidationSetIsNoShiftOfAnEvenTestSet()
    {
        TailWorld world = new(5, noise: 0.6);
        PredictionPolicy policy = Fit(world, world.Draw(3000, Probabilities.Shares(world.Classes)));
        Assert.True(Estimate(policy, world.Draw(1000)).PValue > 0.01);
        Assert.True(Estimate(policy, world.Draw(1000, Probabilities.Shares(world.Classes))).IsShifted);
    }

    [Theory]
    [InlineData(MixMethod.Pooled)]
    [InlineData(MixMethod.Grouped)]
    [InlineData(MixMethod.EveryClass)]
    [InlineData(MixMethod.BlackBox)]
    public void AShiftTowardsTheFrequentClassesIsFoundAndAdaptingToItGainsAccuracy(MixMethod method)
    {
        TailWorld world = new(6, noise: 0.6);
        PredictionPolicy policy = Fit(world, world.Draw(2000));
        double[] shares = Probabilities.Shares(world.Classes);
        MixEstimate estimate = MixEstimate.From(policy, world.Draw(2000, shares).Logits, new MixOptions { Method = method });
        Assert.True(estimate.IsShifted);
        ScoredImages test = world.Draw(2000, shares);
        double before = Accuracy(policy, test),
            after = Accuracy(policy with { Prior = estimate.Prior }, test),
            oracle = Accuracy(policy with { Prior = [.. shares] }, test);
        Assert.True(after > before + 0.02, $"{before} to {after}, {oracle} with the true mix");
    }

    [Fact]
    public void AKnownMixMultipliesTheProbabilities()
    {
        TailWorld world = new(7, classes: 3);
        PredictionPolicy policy = PolicyFit.Fit(
            world.Draw(300),
            null,
            world.Classes,
            [0, Math.Log(2), Math.Log(1)],
            new PredictionPolicyOptions()
        );
        ScoredImages image = world.Draw(1);
        double[] prior = [0.6, 0.3, 0.1],
            reference = [0.25, 0.5, 0.25];
        double[] p = [.. policy.Decide(image.Logits[0], []).Probabilities.Select((share, c) => share * prior[c] / reference[c])];
        float[] adapted = (policy with { Prior = [.. prior] }).Decide(image.Logits[0], []).Probabilities;
        Assert.All(p.Zip(adapted), pair => Assert.Equal(pair.First / p.Sum(), pair.Second, precision: 5));
    }

    private static PredictionPolicy Fit(TailWorld world, ScoredImages validation) =>
        PolicyFit.Fit(validation, null, world.Classes, s_uniform.Select(share => Math.Log(share)), new PredictionPolicyOptions());

    private static MixEstimate Estimate(PredictionPolicy policy, ScoredImages images, double significance = 0.01) =>
        MixEstimate.From(policy, images.Logits, new MixOptions { Significance = significance });

    private static double[][] Posteriors(ScoredImages images) =>
        [
            .. Enumerable
                .Range(0, images.Count)
                .Select(row =>
                {
                    double[] e = [.. images.Logits[row].ToArray().Select(z => Math.Exp(z))];
                    return e.Select(value => value / e.Sum()).ToArray();
                }),
        ];

    private static double Accuracy(PredictionPolicy policy, ScoredImages test) =>
        Enumerable
            .Range(0, test.Count)
            .Average(row =>
            {
                float[] p = policy.Decide(test.Logits[row], []).Probabilities;
                return p.Index().MaxBy(entry => entry.Item).Index == test.Labels[row] ? 1.0 : 0;
            });
}
