using LiftPlus.Metrics;
using LiftPlus.Sweeps;

namespace LiftPlus.Tests.Sweeps;

/// <summary>The decision on simulated sweeps, where it is known which candidate is better.</summary>
public sealed class SweepDecisionTests(ITestOutputHelper output)
{
    private const int Sweeps = 200,
        Candidates = 3,
        Repeats = 5,
        Classes = 10,
        Pool = 400, // images
        HeldOut = 80;

    private static readonly ClassDistribution s_classes = new(
        Enumerable.Range(0, Classes).Select(label => $"class {label}"),
        Enumerable.Repeat(32, Classes)
    );

    [Fact]
    public void EqualCandidates_WinInAtMostFivePercentOfSweeps_AndInMoreWithoutTheCorrections()
    {
        int wins = Wins(corrected: true),
            uncorrected = Wins(corrected: false);
        output.WriteLine(
            $"{wins} of {Sweeps} sweeps had a winner although all candidates are equal, {uncorrected} without the corrections"
        );
        Assert.InRange(wins, 0, Sweeps / 20);
        Assert.True(uncorrected > Sweeps / 20);

        static int Wins(bool corrected) =>
            Enumerable.Range(0, Sweeps).Count(seed => Simulate(seed, better: 0, corrected).Best.Name != SweepEntry.Default);
    }

    [Fact]
    public void ABetterCandidate_IsFound()
    {
        SweepResult[] sweeps = [.. Enumerable.Range(0, Sweeps / 4).Select(seed => Simulate(seed, better: 0.25, corrected: true))];
        int found = sweeps.Count(sweep => sweep.Best.Name == "candidate 2");
        output.WriteLine($"{found} of {sweeps.Length} sweeps found the candidate that is better by 25 points");
        Assert.All(sweeps, sweep => Assert.True(sweep.Best.Name is "candidate 2" or SweepEntry.Default));
        Assert.True(found > 0.8 * sweeps.Length, $"{found} of {sweeps.Length}");
    }

    // Differences of hold-outs of one dataset have the correlation h / (h + t) for h held-out and t training images.
    [Fact]
    public void TheCorrectedInterval_HoldsItsLevel_AndStudentsDoesNot()
    {
        const double Overlap = 0.25,
            Correlation = Overlap / (1 + Overlap);
        const int Draws = 2000;
        var random = new Random(1);
        int corrected = 0,
            student = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            double shared = Math.Sqrt(Correlation) * Normal(random);
            var spread = Spread.From([.. Enumerable.Range(0, Repeats).Select(_ => shared + Math.Sqrt(1 - Correlation) * Normal(random))])!;
            corrected += spread.GetInterval(0.95, Overlap)!.Value.Contains(0) ? 0 : 1;
            student += spread.GetInterval(0.95)!.Value.Contains(0) ? 0 : 1;
        }

        output.WriteLine($"{Draws} intervals at 95 % miss zero {corrected} times when corrected, {student} times when not");
        Assert.InRange(corrected, 0.04 * Draws, 0.06 * Draws);
        Assert.True(student > 0.1 * Draws);
    }

    // Most images are right or wrong for a candidate in every repeat, because the training sets overlap.
    private static SweepResult Simulate(int seed, double better, bool corrected)
    {
        var random = new Random(seed);
        string[] names = [SweepEntry.Default, .. Enumerable.Range(1, Candidates).Select(number => $"candidate {number}")];
        bool[][] always = [.. names.Select((_, entry) => Draw(entry))];
        List<ComparedRun> runs = [];
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            int[] heldOut = [.. Enumerable.Range(0, Pool).ToArray().OrderBy(_ => random.Next()).Take(HeldOut).Order()];
            for (int entry = 0; entry < names.Length; entry++)
            {
                bool[] now = Draw(entry);
                runs.Add(
                    Report(names[entry], repeat, heldOut, [.. heldOut.Select(i => random.NextDouble() < 0.7 ? always[entry][i] : now[i])])
                );
            }
        }

        return new SweepResult(
            [.. names.Select(name => (new SweepEntry(name, new FineTuningRecipe(), null), (string?)null))],
            runs,
            ReportMeasure.MeanClass,
            corrected ? 0.95 : 1 - Candidates * 0.05,
            corrected ? (double)HeldOut / (Pool - HeldOut) : 0
        );

        bool[] Draw(int entry) => [.. Enumerable.Range(0, Pool).Select(_ => random.NextDouble() < 0.6 + (entry == 2 ? better : 0))];
    }

    private static ComparedRun Report(string name, int repeat, int[] images, bool[] right)
    {
        ImageOutcome[] outcomes =
        [
            .. images.Select(
                (image, i) =>
                    new ImageOutcome(i, image % Classes, right[i] ? image % Classes : (image + 1) % Classes, right[i], Confidence: 0.5f)
            ),
        ];
        return new ComparedRun(
            name,
            repeat,
            new EvaluationReport
            {
                Metrics = ClassificationMetrics.Compute(outcomes, s_classes),
                Classes = s_classes,
                Outcomes = [.. outcomes],
                ImageNames = [.. images.Select(image => $"{image}.png")],
                Seconds = 1,
            }
        );
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
