using LiftPlus.Experiments.PaperClaims;
using LiftPlus.Metrics;

namespace LiftPlus.Experiments.Tests.PaperClaims;

public sealed class ClaimsTests
{
    // Student's interval of three values: mean ± 4.3027 · deviation / √3.
    [Theory]
    [InlineData(new[] { 3.0, 4.0, 5.0 }, 0.5, 6, "Shown", "Shown")] // 4 ± 2.48
    [InlineData(new[] { 1.0, 2.0, 3.0 }, 0.5, 6, "InsideTheNoise", "Shown")] // 2 ± 2.48
    [InlineData(new[] { 0.0, 2.0, 4.0 }, 0.5, 6, "InsideTheNoise", "InsideTheNoise")] // 2 ± 4.97
    [InlineData(new[] { 2.0, 2.5, 3.0 }, -0.5, 6, "InsideTheNoise", "Shown")] // seeds agree, images do not
    [InlineData(new[] { -0.1, 0.0, 0.1 }, -0.9, 0.9, "InsideTheNoise", "Shown")]
    [InlineData(new[] { -0.3, -0.2, -0.1 }, -0.4, -0.1, "InsideTheNoise", "Shown")] // -0.2 ± 0.25
    [InlineData(new[] { -0.6, -0.5, -0.4 }, -0.9, -0.1, "Contradicted", "Shown")]
    [InlineData(new[] { -6.0, -5.0, -4.0 }, -6, -2, "Contradicted", "Contradicted")] // -5 ± 2.48
    public void ADifferenceIsJudgedByBothItsIntervals(double[] seeds, double low, double high, string higher, string notLower)
    {
        PairedDifference difference = PairedDifference.Of(seeds)! with { ByImage = new Interval(low, high) };
        Assert.Equal(higher, Verdicts.Of(Expectation.Higher, difference).ToString());
        Assert.Equal(notLower, Verdicts.Of(Expectation.NotLower, difference).ToString());
    }

    [Theory]
    [InlineData("TooFewRuns", new string[0])]
    [InlineData("TooFewRuns", new[] { "TooFewRuns" })]
    [InlineData("Shown", new[] { "Shown", "TooFewRuns", "Shown" })]
    [InlineData("PartlyShown", new[] { "Shown", "InsideTheNoise" })]
    [InlineData("InsideTheNoise", new[] { "InsideTheNoise", "TooFewRuns" })]
    [InlineData("Contradicted", new[] { "Contradicted", "InsideTheNoise" })]
    [InlineData("Mixed", new[] { "Contradicted", "Shown" })]
    public void AClaimFollowsFromItsComparisons(string expected, string[] comparisons) =>
        Assert.Equal(expected, Verdicts.Of(comparisons.Select(Enum.Parse<Verdict>)).ToString());

    [Fact]
    public void OneSeedIsNoEvidence()
    {
        Assert.Null(PairedDifference.Of([5.0]));
        Assert.Equal(Verdict.TooFewRuns, Verdicts.Of(Expectation.Higher, null));
    }

    [Fact]
    public void EveryClaimIsOfRowsThatAreRun()
    {
        string folder = Directory.CreateTempSubdirectory("liftplus-claims-").FullName;
        try
        {
            var plan = new RunPlan(PaperTables.All, [new SmallWorld("large"), new SmallWorld("small", Rank.Telling)], seeds: 3);
            var store = new ResultStore(folder);
            // LIFT+ classifies every image correctly, and every other run half of them; features were not measured.
            foreach (PlannedRun run in plan.Runs)
                store.Write(FakeWorker.Result(run, right: run.Name == "LIFT+" ? 4 : 2));
            var findings = new Findings(plan, store, PaperClaimList.All);

            ClaimFinding[] large = [.. findings.Claims.Where(claim => claim.World.Id == "large")];
            Assert.Equal(PaperClaimList.All.Count, large.Length);
            Assert.All(
                large.SelectMany(claim => claim.Comparisons).Where(comparison => comparison.Comparison.Measure != Measure.FewDivergence),
                comparison => Assert.NotNull(comparison.Difference)
            );
            Assert.Equal(
                Verdict.Shown,
                large.Single(claim => claim.Claim.Title.StartsWith("Full fine-tuning loses", StringComparison.Ordinal)).Verdict
            );
            Assert.Equal(
                Verdict.TooFewRuns,
                large.Single(claim => claim.Claim.Title.StartsWith("Heavy fine-tuning", StringComparison.Ordinal)).Verdict
            );

            // On photographs only the telling rows are run, and the verdict says so.
            Assert.Contains(findings.Claims, claim =>
                claim.World.Id == "small" && claim.Text.EndsWith("comparisons)", StringComparison.Ordinal)
            );
            Assert.DoesNotContain(large, claim => claim.Text.EndsWith("comparisons)", StringComparison.Ordinal));

            string report = MarkdownClaims.Write([findings]);
            Assert.Contains(
                "| the large world | LIFT+ | full fine-tuning | few-shot accuracy | higher "
                    + "| +100.0 ± 0.0 | 3 | +100.0 to +100.0 | +100.0 to +100.0 | shown |",
                report
            );
            Assert.Contains("| full fine-tuning | 50.0 ± 0.0 | 50.0 ± 0.0 | 100.0 ± 0.0 | n/a | 0.0 ± 0.0 |", report);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
