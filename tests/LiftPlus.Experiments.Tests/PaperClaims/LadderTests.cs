using LiftPlus.Experiments.PaperClaims;
using Strength = LiftPlus.Samples.Pretraining.Strength;

namespace LiftPlus.Experiments.Tests.PaperClaims;

public sealed class LadderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-ladder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EveryFoundationIsPlannedOnceItExists()
    {
        Strength[] committed = [Strength.Weak, Strength.Strong];
        Assert.Equal(committed.Select(Name), Ids(Foundations.Rungs(_folder)));
        Assert.Equal(Strength.All.Count - 2, Foundations.Missing(_folder).Count);
        Strength other = Foundations.Missing(_folder)[0];
        Copy(Foundations.FolderOf(_folder, Strength.Weak), Foundations.FolderOf(_folder, other));
        IReadOnlyList<World> rungs = Foundations.Rungs(_folder);
        Assert.Equal(Strength.All.Where(strength => strength == other || committed.Contains(strength)).Select(Name), Ids(rungs));
        Assert.DoesNotContain(other, Foundations.Missing(_folder));

        var plan = new RunPlan([LadderTable.Table], rungs, seeds: 3);
        Assert.Equal(3 * 3 * LadderTable.Table.Rows.Count, plan.Runs.Count);
        // The same weights give the same key: the result belongs to the foundation and not to its name.
        Assert.Equal(plan.Runs.Count * 2 / 3, plan.Runs.Select(run => run.Key).Distinct().Count());
        File.AppendAllText(Path.Combine(Foundations.FolderOf(_folder, other), "model.safetensors"), "x");
        var changed = new RunPlan([LadderTable.Table], rungs, seeds: 3);
        Assert.Equal(plan.Runs.Count, changed.Runs.Select(run => run.Key).Distinct().Count());
    }

    [Fact]
    public void ARateIsChosenByTheOtherSeeds()
    {
        // Seed 0 alone prefers "b", and both others prefer "a".
        (string, IReadOnlyDictionary<int, EvaluationReport>)[] rates =
        [
            (
                "a",
                new Dictionary<int, EvaluationReport>
                {
                    [0] = Report(1),
                    [1] = Report(3),
                    [2] = Report(3),
                }
            ),
            (
                "b",
                new Dictionary<int, EvaluationReport>
                {
                    [0] = Report(4),
                    [1] = Report(2),
                    [2] = Report(2),
                }
            ),
        ];
        Assert.Equal([(0, "a"), (1, "b"), (2, "b")], BestRate.Choose(rates).Select(run => (run.Seed, run.Rate)));
        Assert.Equal(25, BestRate.Choose(rates)[0].Report.Metrics.Overall);
    }

    [Fact]
    public void OnlySeedsOfAllRatesCountAndOfEqualRatesTheFirstIsChosen()
    {
        (string, IReadOnlyDictionary<int, EvaluationReport>)[] rates =
        [
            ("a", new Dictionary<int, EvaluationReport> { [0] = Report(2), [1] = Report(2) }),
            ("b", new Dictionary<int, EvaluationReport> { [1] = Report(4), [2] = Report(4) }),
        ];
        Assert.Equal([(1, "a")], BestRate.Choose(rates).Select(run => (run.Seed, run.Rate)));
        Dictionary<int, EvaluationReport> none = [];
        Dictionary<int, EvaluationReport> one = new() { [1] = Report(4) };
        Assert.Equal([(1, "a")], BestRate.Choose([("c", none), ("d", one), .. rates]).Select(run => (run.Seed, run.Rate)));
        Assert.Empty(BestRate.Choose([("c", none)]));
    }

    [Fact]
    public void RungsAreJudgedAtTheBestRateOfBothSides()
    {
        World[] worlds = [new SmallWorld("weak"), new SmallWorld("strong")];
        var plan = new RunPlan([LadderTable.Table], worlds, seeds: 3);
        var store = new ResultStore(_folder);
        // On the weak foundation full fine-tuning is right on all images at rate 0.005; on the strong one LIFT+ is.
        foreach (PlannedRun run in plan.Runs)
        {
            bool best = run.Name == (run.World == "weak" ? "full fine-tuning, rate 0.005" : "LIFT+");
            int right =
                best ? 4
                : run.Name == "zero-shot" ? (run.World == "weak" ? 1 : 3)
                : 2;
            store.Write(FakeWorker.Result(run, right));
        }

        var ladder = new LadderFindings(new Findings(plan, store, []), ["another"]);
        Assert.Equal([25.0, 75.0], ladder.Rungs.Select(rung => rung.ZeroShot!.Mean));
        Assert.Equal([-50.0, 50.0], ladder.Rungs.Select(rung => rung.Overall!.Points.Mean));
        Assert.Equal([-100.0, 100.0], ladder.Rungs.Select(rung => rung.Few!.Points.Mean));
        Assert.All(ladder.Rungs[0].Heavy, row => Assert.Equal("full fine-tuning, rate 0.005", row));
        Assert.Equal(50, Assert.Single(ladder.Few.Places), 9);
        Assert.StartsWith("shown: LIFT+ overtakes between zero-shot accuracies of 25 and 75 %", ladder.Few.Text);

        ClaimsReport.Write([new Findings(new RunPlan(PaperTables.All, worlds, seeds: 1), store, PaperClaimList.All)], ladder, _folder);
        string page = File.ReadAllText(Path.Combine(_folder, "report.html"));
        Assert.Contains("few-shot classes -100.0 at 25, +100.0 at 75", page);
        Assert.Contains("Not pre-trained: another.", page);
        Assert.Contains("| the strong world | 75.0 ± 0.0 | +100.0 ± 0.0 |", File.ReadAllText(Path.Combine(_folder, "report.md")));
        Assert.Contains("\"places\": [", File.ReadAllText(Path.Combine(_folder, "results.json")));
    }

    [Fact]
    public void WithoutRunsThePageHasNoFigure()
    {
        var store = new ResultStore(_folder);
        var plan = new RunPlan([LadderTable.Table], [new SmallWorld("weak")], seeds: 1);
        var ladder = new LadderFindings(new Findings(plan, store, []), []);
        ClaimsReport.Write([new Findings(new RunPlan([], [], seeds: 1), store, [])], ladder, _folder);
        string page = File.ReadAllText(Path.Combine(_folder, "report.html"));
        Assert.Contains("Few-shot classes: too few runs.", page);
        Assert.DoesNotContain("Who is ahead", page);
    }

    private static EvaluationReport Report(int right) => FakeWorker.Report(right);

    private static string Name(Strength strength) => strength.Name;

    private static IEnumerable<string> Ids(IEnumerable<World> worlds) => worlds.Select(world => world.Id.Split(' ')[^1]);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
