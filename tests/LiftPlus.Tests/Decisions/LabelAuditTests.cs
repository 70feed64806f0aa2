using LiftPlus.Decisions;
using MathNet.Numerics.LinearAlgebra;

namespace LiftPlus.Tests.Decisions;

public sealed class LabelAuditTests
{
    private static readonly LabelAuditOptions s_options = new() { Neighbors = 5 };

    [Theory]
    [InlineData(4, false)]
    [InlineData(100, false)] // more than there are
    [InlineData(3, true)]
    public void TheNearestRowsAreThoseOfASort(int k, bool isAmongOthers)
    {
        Rows units = new TailWorld(1).Draw(50).Features.Normalized();
        Rows others = isAmongOthers ? new TailWorld(2).Draw(30).Features.Normalized() : units;
        var found = Nearest.Find(units, isAmongOthers ? others : null, k, CancellationToken.None);
        for (int row = 0; row < units.Count; row++)
        {
            double[] cosines =
            [
                .. Enumerable
                    .Range(0, others.Count)
                    .Where(other => isAmongOthers || other != row)
                    .Select(other => units[row].ToArray().Zip(others[other].ToArray(), (a, b) => (double)a * b).Sum())
                    .OrderDescending()
                    .Take(k),
            ];
            (int Place, float Cosine)[] of = [.. found.Of(row)];
            Assert.Equal(cosines, of.Select(other => (double)other.Cosine), (a, b) => Math.Abs(a - b) < 1e-5);
            Assert.All(of, other => Assert.Equal(Vectors.Dot(units[row], others[other.Place]), other.Cosine, tolerance: 1e-5f));
        }
    }

    [Fact]
    public void TheMomentsAreThoseOfPlainSums()
    {
        const int classes = 5,
            width = 6;
        ScoredImages drawn = new TailWorld(3, classes, width).Draw([0, 0, 0, 0, 1, 1, 1, 3, 3, 4, 0, 1]); // none of class 2
        var moments = ClassMoments.Of(drawn.Features, drawn.Labels, classes);
        Assert.Equal([5, 4, 0, 2, 1], moments.Counts);
        double[][] x = [.. Enumerable.Range(0, drawn.Count).Select(row => drawn.Features[row].ToArray().Select(v => (double)v).ToArray())];
        double[] mean = Mean(x);
        double[][] means = [.. Enumerable.Range(0, classes).Select(c => Mean([.. x.Where((_, row) => drawn.Labels[row] == c)]))];
        double noise = 0;
        for (int a = 0; a < width; a++)
        {
            for (int b = 0; b < width; b++)
            {
                double within = x.Select((v, row) => (v[a] - means[drawn.Labels[row]][a]) * (v[b] - means[drawn.Labels[row]][b])).Sum();
                Assert.Equal(within / (12 - 4), moments.Within[a, b], precision: 9);
                Assert.Equal(x.Sum(v => (v[a] - mean[a]) * (v[b] - mean[b])) / 12, moments.Total[a, b], precision: 9);
                noise += a == b ? within / (12 - 4) : 0;
            }
        }

        int[] present = [0, 1, 3, 4];
        double between = present.Average(c => means[c].Zip(mean, (m, o) => (m - o) * (m - o)).Sum() - noise / moments.Counts[c]);
        Assert.Equal(noise / Math.Max(between, 1e-3 * noise + 1e-12), moments.Kappa, precision: 6);
        Assert.Equal(mean[2] + (means[3][2] - mean[2]) * 2 / (2 + moments.Kappa), moments.Shrunk(3)[2], precision: 9);
    }

    [Fact]
    public void TheLogitsOfAGaussianHeadAreMahalanobisDistances()
    {
        const int classes = 4;
        ScoredImages drawn = new TailWorld(4, classes).Draw(60),
            others = new TailWorld(5, classes).Draw(9);
        int width = drawn.Features.Width;
        var head = GaussianHead.Fit(drawn.Features, drawn.Labels, classes);
        Rows logits = head.Logits(head.Map(others.Features));
        double lambda = width / (width + 60.0);
        Matrix<double> inverse = (
            (1 - lambda) * head.Moments.Within + lambda * head.Moments.Within.Trace() / width * Matrix<double>.Build.DenseIdentity(width)
        ).Inverse();
        for (int row = 0; row < others.Count; row++)
        {
            Vector<double> x = Vector<double>.Build.Dense([.. others.Features[row].ToArray().Select(v => (double)v)]);
            double[] expected = [.. Enumerable.Range(0, classes).Select(Logit)];
            for (int c = 1; c < classes; c++)
                Assert.Equal(expected[c] - expected[0], logits[row][c] - logits[row][0], tolerance: 1e-3 * (1 + Math.Abs(expected[c])));

            double Logit(int label)
            {
                Vector<double> shift = x - head.Moments.Shrunk(label);
                return -(shift * inverse * shift) / 2;
            }
        }
    }

    [Fact]
    public void PartsKeepCopiesTogetherAndLeaveEveryClassAnImage()
    {
        AuditedImages images = LabelWorld.Draw(6);
        UInt128[] hashes = [.. images.Hashes];
        (hashes[1], hashes[70]) = (hashes[0], hashes[0]); // copies, one with another label
        int[] groups = CopyGroups.Exact(hashes),
            fold = Folds.Assign(groups, hashes, images.Labels, 5, seed: 3);
        Assert.Equal(fold[0], fold[1]);
        Assert.Equal(fold[0], fold[70]);
        Assert.Equal(Folds.Never, fold[^1]); // the only image of its class
        Assert.All(fold[..^1], part => Assert.InRange(part, 0, 4));
        for (int label = 0; label < LabelWorld.Classes; label++)
        {
            int[] sizes =
            [
                .. Enumerable.Range(0, 5).Select(part => fold.Where((p, row) => p == part && images.Labels[row] == label).Count()),
            ];
            Assert.True(sizes.Max() < images.Labels.Count(l => l == label) || label == LabelWorld.Classes - 1);
            Assert.InRange(sizes.Max() - sizes.Min(), 0, 3);
        }

        Assert.NotEqual(fold, Folds.Assign(groups, hashes, images.Labels, 5, seed: 4));
    }

    [Fact]
    public void EveryImageIsPredictedWithoutItsPart()
    {
        AuditedImages images = LabelWorld.Draw(7);
        int[] fold = Folds.Assign(CopyGroups.Exact(images.Hashes), images.Hashes, images.Labels, 4, seed: 0);
        Rows found = OutOfFold.LogProbabilities(images.Features, images.Labels, LabelWorld.Classes, fold, CancellationToken.None);
        int row = 45;
        int[] rest = [.. Enumerable.Range(0, fold.Length).Where(other => fold[other] != fold[row])];
        var head = GaussianHead.Fit(images.Features.Take(rest), [.. rest.Select(other => images.Labels[other])], LabelWorld.Classes);
        double[] p = new double[LabelWorld.Classes];
        Probabilities.Softmax(head.Logits(head.Map(images.Features.Take([row])))[0], p);
        for (int c = 0; c < p.Length; c++)
            Assert.Equal(Math.Max(Math.Log(p[c]), -1000), found[row][c], tolerance: 1e-3);
        Assert.All(found[fold.Length - 1].ToArray(), value => Assert.Equal(0, value)); // nothing is known about the only image of a class
    }

    [Fact]
    public void NeighboursVoteByTheFormula()
    {
        int[] labels = [0, 0, 0, 1, 2],
            groups = [0, 0, 2, 3, 4]; // the second is a copy of the first
        Nearest nearest = new([1, 2, 3, 4, 0, 2, 3, 4, 3, 0, 1, 4, 2, 1, 0, 4, 3, 2, 1, 0], new float[20], 4);
        Rows shares = NeighborVotes.LogShares(nearest, 2, labels, groups, 3);
        // Of the first image 2 (class 0) and 3 (class 1) vote; two other images of class 0 can give 2 votes, one of class 1 one.
        double[] votes = [0.05 + 1 / Math.Sqrt(2 * 2), 0.05 + 1 / Math.Sqrt(2 * 1), 0.05];
        Check(0, votes);
        // Of the last image 3 and 2 vote, and its class has no other image: it has the mean of the votes.
        double mean = (1 / Math.Sqrt(2 * 2) + 1 / Math.Sqrt(2 * 1)) / 3;
        Check(4, [votes[0], votes[1], 0.05 + mean]);

        void Check(int row, double[] expected)
        {
            for (int c = 0; c < 3; c++)
                Assert.Equal(Math.Log(expected[c] / expected.Sum()), shares[row][c], precision: 5);
        }
    }

    [Fact]
    public void TheWeightOfOneOpinionIsTheInverseOfItsTemperature()
    {
        ScoredImages drawn = new TailWorld(8, 6).Draw([.. Enumerable.Range(0, 300).Select(i => i % 6)], sharpness: 3);
        double expected = 1 / TemperatureFit.Fit(drawn.Logits, drawn.Labels, [.. Enumerable.Range(0, 300)]);
        Assert.Equal(expected, VoterWeights.Fit([drawn.Logits], drawn.Labels)[0], tolerance: 1e-3);
    }

    [Fact]
    public void TheWeightsOfOpinionsAreTheBestAndAMisleadingOneHasNone()
    {
        ScoredImages drawn = new TailWorld(9, 5, noise: 0.5).Draw(200),
            shuffled = new TailWorld(10, 5).Draw(200);
        var random = new Random(1);
        // Against the given labels.
        Rows opposite = new(
            [.. Enumerable.Range(0, 1000).Select(i => (float)random.NextDouble() - (i % 5 == drawn.Labels[i / 5] ? 1 : 0))],
            5
        );
        Rows[] voters = [drawn.Logits, shuffled.Logits, opposite];
        double[] best = VoterWeights.Fit(voters, drawn.Labels);
        Assert.Equal(0, best[2]);
        Assert.True(best[0] > 0.1);
        foreach (int m in (int[])[0, 1])
        {
            foreach (double factor in (double[])[0.9, 1.1])
            {
                double[] other = [.. best];
                other[m] *= factor;
                Assert.True(Loss(best) <= Loss(other) + 1e-9);
            }
        }

        double Loss(double[] theta)
        {
            Rows p = VoterWeights.Combine(voters, theta);
            double[] weights = [.. drawn.Labels.Select(label => 1 / Math.Sqrt(drawn.Labels.Count(l => l == label)))];
            return weights.Select((w, row) => -w * Math.Log(p[row][drawn.Labels[row]])).Sum() / weights.Sum();
        }
    }

    [Fact]
    public void LabelsAreJudgedAsConfidentLearningDoes()
    {
        var random = new Random(11);
        const int classes = 4,
            images = 40;
        int[] labels = [.. Enumerable.Range(0, images).Select(i => i < 30 ? random.Next(3) : 3)];
        float[] values = new float[images * classes];
        for (int row = 0; row < images; row++)
        {
            double[] raw = [.. Enumerable.Range(0, classes).Select(c => random.NextDouble() * (c == labels[row] ? 2 : 1))];
            for (int c = 0; c < classes; c++)
                values[row * classes + c] = (float)(raw[c] / raw.Sum());
        }

        Rows p = new(values, classes);
        var scores = LabelScores.Of(p, labels);
        double common = labels.Select((label, row) => (double)p[row][label]).Average();
        for (int k = 0; k < classes; k++)
        {
            int[] of = [.. Enumerable.Range(0, images).Where(row => labels[row] == k)];
            Assert.Equal((of.Sum(row => (double)p[row][k]) + 5 * common) / (of.Length + 5), scores.Thresholds[k], precision: 6);
        }

        int[,] counts = scores.Counts(labels),
            expected = new int[classes, classes];
        for (int row = 0; row < images; row++)
        {
            int y = labels[row];
            int[] over = [.. Enumerable.Range(0, classes).Where(k => p[row][k] >= scores.Thresholds[k])];
            int counted = over.Length == 0 ? -1 : over.MaxBy(k => p[row][k]);
            Assert.Equal(counted, scores.Confident[row]);
            if (counted >= 0)
                expected[y, counted]++;
            float other = Enumerable.Range(0, classes).Where(k => k != y).Max(k => p[row][k]);
            Assert.Equal(p[row][y] - other, scores.Margins[row], precision: 6);
            Assert.Equal(p[row][y], scores.Own[row], precision: 6);
            int s = scores.Suggested[row];
            Assert.NotEqual(y, s);
            Assert.Equal(counted >= 0 && counted != y ? p[row][counted] : other, p[row][s]);
            Assert.Equal(1 - p[row][y], scores.Scores[row], precision: 6);
            Assert.Equal((counted >= 0 && counted != y) || other > p[row][y], scores.IsDoubtful(row, y));
        }

        Assert.Equal(expected, counts);
    }

    [Fact]
    public void TheOrderOfImagesAndOfClassesChangesNothing()
    {
        AuditedImages images = Wronged(12, out _);
        LabelEvidence before = LabelEvidence.Of(images, LabelWorld.Classes, s_options, CancellationToken.None);
        int[] order = [.. Enumerable.Range(0, images.Labels.Length)],
            newLabel = [.. Enumerable.Range(0, LabelWorld.Classes)];
        var random = new Random(13);
        random.Shuffle(order);
        random.Shuffle(newLabel);
        int[] oldLabel = [.. Enumerable.Range(0, newLabel.Length).OrderBy(label => newLabel[label])];
        AuditedImages moved = images.Take(order);
        moved = moved with
        {
            Labels = [.. moved.Labels.Select(label => newLabel[label])],
            Texts = new Rows(
                [.. Enumerable.Range(0, order.Length).SelectMany(row => oldLabel.Select(old => images.Texts[order[row]][old]))],
                newLabel.Length
            ),
        };
        LabelEvidence after = LabelEvidence.Of(moved, LabelWorld.Classes, s_options, CancellationToken.None);
        for (int m = 0; m < before.Weights.Length; m++)
            Assert.Equal(before.Weights[m], after.Weights[m], tolerance: 1e-3);
        foreach ((int row, int old) in order.Index())
        {
            Assert.Equal(before.Scores.Scores[old], after.Scores.Scores[row], tolerance: 1e-3);
            Assert.Equal(newLabel[before.Scores.Suggested[old]], after.Scores.Suggested[row]);
        }
    }

    [Theory]
    [InlineData(14)]
    [InlineData(15)]
    public void InjectedWrongLabelsAreFound(int seed)
    {
        AuditedImages images = Wronged(seed, out int[] wrong);
        LabelEvidence evidence = LabelEvidence.Of(images, LabelWorld.Classes, s_options, CancellationToken.None);
        LabelFinding[] found = [.. LabelFindings.Of(evidence, images.Labels).Where(finding => finding.Kind == LabelFindingKind.WrongLabel)];
        int hits = found.Take(wrong.Length).Count(finding => wrong.Contains(finding.Index));
        Assert.True(
            hits >= wrong.Length - 1,
            $"{hits} of {wrong.Length}: {string.Join(", ", found.Select(f => $"{f.Index} {f.Label}->{f.SuggestedLabel} {f.Score:0.000}"))}"
        );
        Assert.True(found.Length <= 3 * wrong.Length, $"{found.Length} labels were doubted.");
        Assert.Equal(found.Select(finding => finding.Score).OrderDescending(), found.Select(finding => finding.Score));
    }

    [Fact]
    public void InjectedCopiesAndConflictsAreFound()
    {
        AuditedImages drawn = LabelWorld.Draw(16);
        // Copies of 3 and 100, of 5 with a wrong label, and a near copy of 20: almost the same features and colours.
        AuditedImages images = drawn.Take([.. Enumerable.Range(0, drawn.Labels.Length), 3, 100, 5, 20]);
        UInt128[] hashes = [.. images.Hashes];
        int last = hashes.Length - 1;
        hashes[last]++;
        images = images with { Hashes = hashes };
        images.Labels[last - 1] = 4;
        for (int i = 0; i < images.Features.Width; i++)
            images.Features.Values[last * images.Features.Width + i] *= 1.001f;
        LabelEvidence evidence = LabelEvidence.Of(images, LabelWorld.Classes, s_options, CancellationToken.None);
        LabelFinding[] found = [.. LabelFindings.Of(evidence, images.Labels)];
        Assert.Equal(
            [(last - 3, 3), (last - 2, 100), (last - 1, 5)],
            found.Where(finding => finding.Kind == LabelFindingKind.Copy).Select(finding => (finding.Index, finding.OtherIndex!.Value))
        );
        LabelFinding near = Assert.Single(found, finding => finding.Kind == LabelFindingKind.NearCopy);
        Assert.Equal<(int, int?)>((last, 20), (near.Index, near.OtherIndex));
        LabelFinding conflict = Assert.Single(found, finding => finding.Kind == LabelFindingKind.ConflictingLabel);
        Assert.Equal<(int, int?, int?)>((last - 1, 0, 5), (conflict.Index, conflict.SuggestedLabel, conflict.OtherIndex));
        Assert.DoesNotContain(found, finding => finding.Kind == LabelFindingKind.WrongLabel && finding.Index == last - 1);
    }

    [Fact]
    public void CopiesInTheTestSetAreFound()
    {
        AuditedImages drawn = LabelWorld.Draw(17),
            train = drawn.Take([.. Enumerable.Range(0, 100)]),
            test = drawn.Take([99, .. Enumerable.Range(110, 20), 7, 50]);
        test.Labels[^1] = 6;
        UInt128[] hashes = [.. test.Hashes];
        hashes[^2]++; // a near copy
        LabelFinding[] found = [.. LabelFindings.InTest(train, test with { Hashes = hashes }, s_options, CancellationToken.None)];
        Assert.Equal([7, 50, 99], found.Select(finding => finding.Index).Order());
        Assert.Equal(21, found.Single(finding => finding.Index == 7).OtherIndex);
        LabelFinding differs = found.Single(finding => finding.Index == 50);
        Assert.Equal<(int?, int?)>((22, 6), (differs.OtherIndex, differs.SuggestedLabel));
        Assert.Null(found.Single(finding => finding.Index == 99).SuggestedLabel);
        LabelAuditOptions exact = s_options with { CopySimilarity = 1 };
        found = [.. LabelFindings.InTest(train, test with { Hashes = hashes }, exact, CancellationToken.None)];
        Assert.Equal([50, 99], found.Select(finding => finding.Index).Order());
    }

    [Fact]
    public void PairsOfCopiesMakeGroups() =>
        Assert.Equal([0, 1, 0, 0, 1, 5], CopyGroups.Join([0, 1, 2, 2, 4, 5], [(3, 0), (4, 1), (0, 2)]));

    private static AuditedImages Wronged(int seed, out int[] wrong)
    {
        AuditedImages images = LabelWorld.Draw(seed);
        wrong = [4, 30, 62, 75, 90, 103, 120, 130];
        foreach (int row in wrong)
            images.Labels[row] = (images.Labels[row] + 2) % 4;
        return images;
    }

    private static double[] Mean(double[][] rows) =>
        rows.Length == 0 ? [] : [.. Enumerable.Range(0, rows[0].Length).Select(d => rows.Average(row => row[d]))];
}
