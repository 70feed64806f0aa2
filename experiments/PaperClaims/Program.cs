// Runs the paper's comparisons on small worlds within a time budget, and reports the result for each claim.
using System.CommandLine;
using System.Diagnostics;
using LiftPlus;
using LiftPlus.Experiments.PaperClaims;
using LiftPlus.Samples;
using Spectre.Console;
using Strength = LiftPlus.Samples.Pretraining.Strength;

var budget = new Option<TimeSpan>("--budget")
{
    Description = "The time for runs: 40m, 90s, 1h; 0 only writes the reports from existing results.",
    DefaultValueFactory = _ => TimeSpan.FromMinutes(85),
    CustomParser = result =>
    {
        if (Budget.TryParse(result.Tokens.Single().Value, out TimeSpan time))
            return time;
        result.AddError($"--budget is '{result.Tokens.Single().Value}'; it must look like 40m, 90s, 1h or 0.");
        return default;
    },
};
var seeds = new Option<int>("--seeds") { Description = "The number of seeds per run.", DefaultValueFactory = _ => 3 };
var workers = new Option<int>("--workers")
{
    Description = "The number of concurrent runs. Each is a process with one thread.",
    DefaultValueFactory = _ => Environment.ProcessorCount,
};
var data = new Option<string>("--data")
{
    Description = "Photographs: a folder with train/ and test/, or a tar file that contains both.",
    DefaultValueFactory = _ => "../shared/data",
};
var imageSize = new Option<int>("--image-size")
{
    Description = "The side of the photographs in pixels that the network sees. It was trained with 224; 128 takes a third of the time.",
    DefaultValueFactory = _ => 128,
};
var output = new Option<DirectoryInfo>("--output")
{
    Description = "The folder for results and reports.",
    DefaultValueFactory = _ => new DirectoryInfo("out/paper-claims"),
};
var part = new Option<string>("--part")
{
    Description = "What to run and report: claims, photographs, ladder (the same comparison on foundations of several strengths), or all.",
    DefaultValueFactory = _ => "all",
};
part.AcceptOnlyFromAmong("claims", "photographs", "ladder", "all");
var tables = new Option<string[]>("--table")
{
    Description = "Runs only what these tables need, such as 'full' or 'later'; may be repeated. The default is all tables.",
    DefaultValueFactory = _ => [],
};
string[] known = [.. PaperTables.All.Concat(PhotoTables.All).Append(LadderTable.Table).Select(table => table.Id).Distinct()];
tables.AcceptOnlyFromAmong(known);
var list = new Option<bool>("--list") { Description = "Prints the planned runs in order and exits." };
var reportOnly = new Option<bool>("--report-only") { Description = "Writes the reports from existing results and exits." };
foreach (Option<int> count in (Option<int>[])[seeds, workers])
{
    count.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{count.Name} is {result.GetValueOrDefault<int>()}; it must be 1 or more.");
    });
}

var worker = new Command("worker", "Executes runs that another process sends.") { Hidden = true };
worker.Options.Add(data);
worker.Options.Add(imageSize);
worker.Options.Add(output);
worker.SetAction(
    (parsed, cancellationToken) =>
    {
        IReadOnlyList<World> worlds = [new DrawnWorld(), .. Photographs(parsed), .. Foundations.Rungs(parsed.GetValue(output)!.FullName)];
        WorkerLoop.Run(worlds, Console.In, Console.Out, cancellationToken);
        return Task.FromResult(0);
    }
);
var command = new RootCommand("Tests the claims of LIFT+ one by one on small worlds. Keeps results, so that a later call continues.")
{
    budget,
    seeds,
    workers,
    data,
    imageSize,
    output,
    part,
    tables,
    reportOnly,
    list,
    worker,
};
command.SetAction(
    async (parsed, cancellationToken) =>
    {
        try
        {
            return await RunAsync(parsed, cancellationToken);
        }
        catch (Exception e) when (e is LiftPlusException or IOException or UnauthorizedAccessException)
        {
            AnsiConsole.WriteLine(e.Message);
            return 1;
        }
    }
);
return await command.Parse(args).InvokeAsync();

async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
{
    if (Console.IsOutputRedirected)
        AnsiConsole.Profile.Width = 160;
    string folder = parsed.GetValue(output)!.FullName;
    string chosen = parsed.GetValue(part)!;
    string[] asked = parsed.GetValue(tables)!;
    bool Has(string name) => chosen == "all" || chosen == name;
    IReadOnlyList<World> photographs = Has("photographs") ? Photographs(parsed) : [];
    if (Has("photographs") && photographs.Count == 0 && parsed.GetResult(data) is { Implicit: false })
        throw new LiftPlusException(
            $"Photographs not found at '{parsed.GetValue(data)}': give a folder with train/ and test/, or a tar file that contains both."
        );
    string place = parsed.GetValue(data)!;
    var plan = new RunPlan(PaperTables.All, Has("claims") ? [new DrawnWorld()] : [], parsed.GetValue(seeds));
    var photoPlan = new RunPlan(PhotoTables.All, photographs, parsed.GetValue(seeds));
    if (parsed.GetValue(list))
    {
        foreach (PlannedRun run in ((RunPlan[])[plan, photoPlan, LadderPlan()]).SelectMany(runs => runs.RunsOf(asked)))
            Console.WriteLine($"{run.Key} {run.World}, seed {run.Seed}, {run.Name}: {run.Recipe}");
        foreach (Strength strength in MissingStrengths())
            Console.WriteLine($"The foundation '{strength.Name}' is pre-trained first.");
        return 0;
    }

    var store = new ResultStore(folder);
    var clock = Stopwatch.StartNew();
    TimeSpan budgeted = parsed.GetValue(reportOnly) ? TimeSpan.Zero : parsed.GetValue(budget);
    bool stopped = false;
    try
    {
        foreach (RunPlan runs in (RunPlan[])[plan, photoPlan, LadderPlan()])
            await ScheduleAsync(runs);
        foreach (Strength strength in asked.Length == 0 || asked.Contains(LadderTable.Table.Id) ? MissingStrengths() : [])
        {
            await PretrainAsync(strength);
            await ScheduleAsync(LadderPlan());
        }
    }
    catch (OperationCanceledException)
    {
        stopped = true;
    }

    Findings[] parts =
    [
        .. plan.Worlds.Count == 0 ? [] : (Findings[])[new Findings(plan, store, PaperClaimList.All)],
        .. photographs.Count == 0 ? [] : (Findings[])[new Findings(photoPlan, store, PhotoClaimList.All)],
    ];
    LadderFindings? ladder = Has("ladder")
        ? new LadderFindings(new Findings(LadderPlan(), store, []), [.. MissingStrengths().Select(strength => strength.Title)])
        : null;
    ClaimsReport.Write(parts, ladder, folder);
    string report = Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(folder, "report.html"));
    Findings[] whole = [.. parts, .. ladder is null ? [] : (Findings[])[ladder.Runs]];
    int all = whole.Sum(findings => findings.Plan.Runs.Count);
    int done = all - whole.Sum(findings => findings.Missing.Count);
    AnsiConsole.WriteLine($"{(stopped ? "Stopped: " : "")}{done} of {all} runs are done. The report is {report}.");
    return stopped ? 2 : 0;

    RunPlan LadderPlan() => new([LadderTable.Table], Has("ladder") ? Foundations.Rungs(folder) : [], parsed.GetValue(seeds));

    IReadOnlyList<Strength> MissingStrengths() => Has("ladder") ? [.. Foundations.Missing(folder)] : [];

    async Task ScheduleAsync(RunPlan runs)
    {
        var options = new SchedulerOptions
        {
            Budget = budgeted - clock.Elapsed,
            Workers = parsed.GetValue(workers),
            Tables = asked,
        };
        using var progress = new ConsoleProgress();
        var scheduler = new RunScheduler(
            options,
            runs,
            store,
            () => new ProcessWorker(place, parsed.GetValue(imageSize), folder),
            new ConsoleRunProgress(progress),
            TimeProvider.System
        );
        await scheduler.RunAsync(cancellationToken);
    }

    // A foundation that does not finish within the budget starts anew at the next call.
    async Task PretrainAsync(Strength strength)
    {
        if (budgeted <= clock.Elapsed)
            return;
        using var end = new CancellationTokenSource(budgeted - clock.Elapsed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        try
        {
            await Task.Run(() => Foundations.Pretrain(strength, folder, AnsiConsole.WriteLine, stop.Token), CancellationToken.None);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            AnsiConsole.WriteLine("The time is used up.");
        }
    }
}

IReadOnlyList<World> Photographs(ParseResult parsed) =>
    PhotoWorld.Find(parsed.GetValue(data)!, parsed.GetValue(imageSize), parsed.GetValue(output)!.FullName) is PhotoWorld world
        ? [world]
        : [];
