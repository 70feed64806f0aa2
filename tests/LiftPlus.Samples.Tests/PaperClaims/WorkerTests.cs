using System.Text.Json;
using LiftPlus.Samples.PaperClaims;

namespace LiftPlus.Samples.Tests.PaperClaims;

public sealed class WorkerTests
{
    [Fact]
    public void AWorkerAnswersEveryLine()
    {
        World[] worlds = [new SmallWorld("large")];
        TableRow zeroShot = PaperTables.All.Single(table => table.Id == "full").Rows[0];
        var plan = new RunPlan([new PaperTable("table", "Table", [zeroShot, zeroShot with { Ensemble = true }])], worlds, seeds: 1);
        Assert.Equal([false, true], plan.Runs.Select(run => run.Diagnostic));
        string lines = string.Join('\n', ((PlannedRun[])[plan.Runs[0] with { World = "gone" }, .. plan.Runs]).Select(run => JsonSerializer.Serialize(run)));
        var output = new StringWriter();
        WorkerLoop.Run(worlds, new StringReader(lines), output, TestContext.Current.CancellationToken);

        WorkerMessage[] answers = [.. output.ToString().Split(output.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<WorkerMessage>(line)!)];
        answers = [.. answers.Where(answer => answer.Progress is null)];
        Assert.Equal(3, answers.Length);
        Assert.Contains("There is no world 'gone'", answers[0].Error);
        RunResult tested = answers[1].Result!, diagnosed = answers[2].Result!;
        Assert.Equal(plan.Runs[0].Key, tested.Key);
        Assert.Equal(64, tested.Plain.Outcomes.Length);
        Assert.Equal(64, tested.Ensemble!.Outcomes.Length);
        Assert.InRange(tested.Plain.Metrics.Overall, 20, 100); // TinyClip knows the shapes
        Assert.Null(tested.Diagnostic);

        // Kept and restored, the distances are the same.
        FeatureDiagnostic restored = diagnosed.Diagnostic!.Restore();
        GroupDistances few = Assert.Single(restored.Groups);
        Assert.Equal((ShotGroup.Few, 64), (few.Group, few.Classes));
        Assert.InRange(few.Divergence, 1e-3, 1);
        Assert.Equal(64, restored.Similarity.Labels.Length);
    }
}
