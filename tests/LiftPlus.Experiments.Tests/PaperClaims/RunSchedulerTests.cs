using LiftPlus.Experiments.PaperClaims;
using LiftPlus.Samples;

namespace LiftPlus.Experiments.Tests.PaperClaims;

public sealed class RunSchedulerTests : IDisposable
{
    private static readonly TableRow s_first = new(new Contender("first", _ => { }), Rank.Telling);
    private static readonly TableRow s_second = new(new Contender("second", builder => builder.UseClassifierOnly()), Rank.Telling);
    private static readonly TableRow s_third = new(new Contender("third", builder => builder.AddLora()), Rank.Telling);

    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-claims-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AnotherCallRunsOnlyWhatIsMissing()
    {
        Assert.Equal(6, (await RunAsync(Plan(s_first, s_second, s_third))).Count);
        Assert.Empty(await RunAsync(Plan(s_first, s_second, s_third)));

        // Only a changed recipe runs again.
        TableRow changed = new(new Contender("third", builder => builder.AddLora(new LoraOptions { Rank = 3 })), Rank.Telling);
        IReadOnlyList<PlannedRun> runs = await RunAsync(Plan(s_first, s_second, changed));
        Assert.Equal([("third", 0), ("third", 1)], runs.Select(run => (run.Name, run.Seed)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"key":"another"}""")]
    [InlineData("half")]
    public async Task ADamagedResultIsRunAgain(string text)
    {
        RunPlan plan = Plan(s_first, s_second);
        await RunAsync(plan);
        PlannedRun damaged = plan.Runs[2];
        string file = Path.Combine(_folder, "runs", $"{damaged.Key}.json");
        string whole = File.ReadAllText(file);
        File.WriteAllText(file, text == "half" ? whole[..(whole.Length / 2)] : text);
        Assert.Equal([damaged], await RunAsync(plan));
        Assert.Equal(whole, File.ReadAllText(file));
    }

    [Fact]
    public async Task ADeadWorkerIsReplacedAndTheRunIsNoted()
    {
        RunPlan plan = Plan(s_first, s_second);
        List<FakeWorker> workers = [];
        await RunAsync(plan, workers, run =>
        {
            if (run.Name == "first" && run.Seed == 0)
                throw new RunFailedException("out of memory\nat a place", workerDied: true);
        });
        Assert.Equal([1, 3], workers.Select(worker => worker.Runs.Count));
        Assert.All(workers, worker => Assert.True(worker.IsDisposed));
        Assert.Contains(
            "- large, seed 0, first: failed: out of memory\n",
            MarkdownClaims.Write([new Findings(plan, new ResultStore(_folder), [])]).ReplaceLineEndings("\n")
        );

        // A second try removes the failure.
        Assert.Equal([plan.Runs[0]], await RunAsync(plan));
        Assert.Null(new ResultStore(_folder).ReadFailure(plan.Runs[0]));
    }

    [Fact]
    public async Task CancelledRunsAreLostAndFinishedOnesKept()
    {
        using var stop = new CancellationTokenSource();
        RunPlan plan = Plan(s_first, s_second);
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            RunAsync(
                plan,
                [],
                run =>
                {
                    if (run == plan.Runs[1])
                        stop.Cancel();
                },
                cancellationToken: stop.Token
            )
        );
        Assert.Equal([plan.Runs[0].Key], plan.Runs.Select(new ResultStore(_folder).Read).OfType<RunResult>().Select(result => result.Key));
    }

    [Fact]
    public async Task WithoutTimeTheReportSaysWhatIsMissing()
    {
        RunPlan plan = Plan(s_first, s_second);
        Assert.Empty(await RunAsync(plan, budget: TimeSpan.Zero));
        var findings = new Findings(
            plan,
            new ResultStore(_folder),
            [
                new Claim(
                    "Something",
                    "The paper says so.",
                    [new RowComparison("table/first", "table/second", Measure.Few, Expectation.Higher)]
                ),
            ]
        );
        string report = MarkdownClaims.Write([findings]);
        Assert.Contains("0 of 4 runs", report);
        Assert.Contains("| 1 | Something | too few runs |", report);
        Assert.Contains("| first | not run |", report);
        Assert.Contains("## Not run (4)", report);
        Assert.All(plan.Runs, run => Assert.Contains($"- large, seed {run.Seed}, {run.Name}\n", report.ReplaceLineEndings("\n")));
        ClaimsReport.Write(
            [findings],
            new LadderFindings(new Findings(new RunPlan([], [], seeds: 1), new ResultStore(_folder), []), []),
            _folder
        );
        Assert.Contains("\"verdict\": \"tooFewRuns\"", File.ReadAllText(Path.Combine(_folder, "results.json")));
        Assert.Contains("too few runs", File.ReadAllText(Path.Combine(_folder, "report.html")));
    }

    [Fact]
    public async Task NoRunStartsThatWouldNotEndInTime()
    {
        RunPlan plan = Plan(s_first, s_second);
        var store = new ResultStore(_folder);
        store.Write(FakeWorker.Result(plan.Runs.First(run => run.Name == "first"), right: 1, seconds: 10_000));
        store.Write(FakeWorker.Result(plan.Runs.First(run => run.Name == "second"), right: 1, seconds: 10));
        IReadOnlyList<PlannedRun> runs = await RunAsync(plan, budget: TimeSpan.FromHours(1));
        Assert.Equal([("second", 1)], runs.Select(run => (run.Name, run.Seed)));
    }

    [Theory]
    [InlineData("40m", 2400)]
    [InlineData("90s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("0", 0)]
    [InlineData("0m", 0)]
    [InlineData("40", null)]
    [InlineData("-1m", null)]
    [InlineData("m", null)]
    [InlineData("", null)]
    [InlineData("NaNm", null)]
    [InlineData("1000h", null)]
    public void BudgetsAreRead(string text, int? seconds)
    {
        Assert.Equal(seconds is not null, Budget.TryParse(text, out TimeSpan time));
        Assert.Equal(seconds ?? 0, time.TotalSeconds);
    }

    private static RunPlan Plan(params TableRow[] rows) =>
        new([new PaperTable("table", "Table", rows)], [new SmallWorld("large")], seeds: 2);

    // Uses one worker, so that runs keep the order of the plan.
    private async Task<IReadOnlyList<PlannedRun>> RunAsync(
        RunPlan plan,
        List<FakeWorker>? workers = null,
        Action<PlannedRun>? act = null,
        TimeSpan? budget = null,
        CancellationToken cancellationToken = default
    )
    {
        workers ??= [];
        FakeWorker Start()
        {
            var worker = new FakeWorker(act);
            workers.Add(worker);
            return worker;
        }

        var options = new SchedulerOptions { Workers = 1, Budget = budget ?? TimeSpan.FromHours(1) };
        await new RunScheduler(options, plan, new ResultStore(_folder), Start, new Silence(), TimeProvider.System).RunAsync(
            cancellationToken
        );
        return [.. workers.SelectMany(worker => worker.Runs)];
    }

    private sealed class Silence : IRunProgress
    {
        public void Begin(IReadOnlyCollection<PlannedRun> pending) { }

        public void Advanced(PlannedRun run, double part) { }

        public void Succeeded(PlannedRun run, RunResult result) { }

        public void Failed(PlannedRun run, string message) { }
    }
}
