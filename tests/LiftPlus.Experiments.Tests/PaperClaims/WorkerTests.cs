using System.Text.Json;
using LiftPlus.Experiments.PaperClaims;

namespace LiftPlus.Experiments.Tests.PaperClaims;

public sealed class WorkerTests
{
    [Fact]
    public void AWorkerAnswersEveryLine()
    {
        World[] worlds = [new SmallWorld("large")];
        TableRow[] full = [.. PaperTables.All.Single(table => table.Id == "full").Rows];
        TableRow zeroShot = full[0];
        TableRow trained = full.First(row => row.Diagnosed && row != zeroShot);
        var plan = new RunPlan(
            [new PaperTable("table", "Table", [zeroShot, zeroShot with { Ensemble = true }, trained])],
            worlds,
            seeds: 1
        );
        Assert.Equal([(true, true), (false, true)], plan.Runs.Select(run => (run.Ensemble, run.Diagnostic)));
        string lines = string.Join(
            '\n',
            ((PlannedRun[])[plan.Runs[0] with { World = "gone" }, .. plan.Runs]).Select(run => JsonSerializer.Serialize(run))
        );
        var output = new StringWriter();
        WorkerLoop.Run(worlds, new StringReader(lines), output, TestContext.Current.CancellationToken);

        WorkerMessage[] answers =
        [
            .. output
                .ToString()
                .Split(output.NewLine, StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<WorkerMessage>(line)!),
        ];
        answers = [.. answers.Where(answer => answer.Progress is null)];
        Assert.Equal(3, answers.Length);
        Assert.Contains("World 'gone' not found", answers[0].Error);
        RunResult tested = answers[1].Result!;
        RunResult recorded = answers[2].Result!;
        Assert.Equal(plan.Runs[0].Key, tested.Key);
        Assert.Equal(64, tested.Plain.Outcomes.Length);
        Assert.Equal(64, tested.Ensemble!.Outcomes.Length);
        Assert.InRange(tested.Plain.Metrics.Overall, 20, 100); // TinyClip knows the shapes
        Assert.Empty(tested.Training); // nothing is trained
        Assert.Null(recorded.Ensemble);
        Assert.Equal(recorded.Training[^1].Step, recorded.Training.Length);

        // Kept and restored, the distances are the same.
        FeatureDiagnostic restored = tested.Diagnostic!.Restore();
        GroupDistances few = Assert.Single(restored.Groups);
        Assert.Equal((ShotGroup.Few, 64), (few.Group, few.Classes));
        Assert.InRange(few.Divergence, 1e-3, 1);
        Assert.Equal(64, restored.Similarity.Labels.Length);
    }
}
