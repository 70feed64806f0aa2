namespace LiftPlus.Display.Tests;

public sealed class RedirectedProgressTests
{
    private readonly RecordingConsole _console = new(isTerminal: false);
    private readonly ManualTime _time = new();

    [Fact]
    public void ALineIsWrittenEveryTenSeconds_AndAtTheEnd()
    {
        using var progress = new ConsoleProgress(_console.Console, _time);
        for (int done = 0; done <= 8; done++)
        {
            progress.Report(Reports.Training(done, 8));
            _time.Seconds += 4;
        }

        Assert.Equal(
            [3, 6, 8],
            _console.Lines.Select(line => Enumerable.Range(0, 9).Single(done => Reports.Training(done, 8).ToString() == line))
        );
    }

    [Fact]
    public void EveryPhaseAndEveryValidationLeavesOneLine()
    {
        using var progress = new ConsoleProgress(_console.Console, _time);
        TrainingProgress[] reports =
        [
            Reports.Phase(TrainingPhase.Downloading, 1_000_000, 2_000_000),
            Reports.Phase(TrainingPhase.Downloading, 2_000_000, 2_000_000),
            Reports.Phase(TrainingPhase.Checking, 5, 5),
            Reports.Phase(TrainingPhase.Checking, 1, 3), // the validation images
            Reports.Phase(TrainingPhase.Checking, 3, 3),
            Reports.Phase(TrainingPhase.Preparing, 2, 2),
            Reports.Training(1, 2),
            Reports.Phase(TrainingPhase.Validating, 4, 4),
            Reports.Validated(epoch: 1),
            Reports.Training(2, 2, epoch: 2),
            Reports.Phase(TrainingPhase.Validating, 4, 4),
            Reports.Validated(epoch: 2),
        ];
        foreach (TrainingProgress report in reports)
            progress.Report(report);
        Assert.Equal(
            [
                "Downloading: 100 %, 2 of 2 MB, 0:00",
                "Checking: 100 %, 5 of 5 images, 0:05",
                "Checking: 100 %, 3 of 3 images, 0:03",
                "Preparing: 100 %, 2 of 2 steps, 0:02",
                "Validation 1/2: overall 66.7 %, mean 50.0 %, few-shot 0.0 %",
                "Training: 100 %, epoch 2/2, loss 0.5, accuracy 50.0 %, 20.0 images/s, in 0:02",
                "Validation 2/2: overall 66.7 %, mean 50.0 %, few-shot 0.0 %",
            ],
            _console.Lines
        );
    }

    [Fact]
    public void ASweepNamesItsRuns_AndTheirResultsStay()
    {
        SweepProgress run = new()
        {
            Candidate = "LoRA",
            Repeat = 2,
            Done = 3,
            Total = 8,
        };
        using var progress = new ConsoleProgress(_console.Console, _time);
        progress.Report(run with { Training = Reports.Training(2, 2) });
        progress.Report(run with { Done = 4, Result = Reports.Validated(epoch: 1).Validation });
        progress.Report(run with { Repeat = 3, Done = 5 });
        Assert.Equal(
            [
                $"LoRA, repeat 2: {Reports.Training(2, 2)}",
                "LoRA, repeat 2 (4 of 8 runs done): mean 50.0 %",
                "LoRA, repeat 3 (5 of 8 runs done): failed",
            ],
            _console.Lines
        );
    }

    [Fact]
    public void ARunThatStops_LeavesItsLastState()
    {
        using (var progress = new ConsoleProgress(_console.Console, _time))
        {
            progress.Report(Reports.Training(1, 9));
            progress.Report(Reports.Training(3, 9));
            progress.Report(Reports.Phase(TrainingPhase.Validating, 1, 4));
        }

        Assert.Equal([Reports.Training(3, 9).ToString()], _console.Lines);
    }

    [Fact]
    public void TheNextPhase_LeavesTheStateOfOneThatDidNotEnd()
    {
        using var progress = new ConsoleProgress(_console.Console, _time);
        progress.Report(Reports.Training(3, 9)); // stops early
        progress.Report(new EvaluationProgress(1, 2));
        progress.Report(new EvaluationProgress(2, 2));
        Assert.Equal([Reports.Training(3, 9).ToString(), "Evaluating: 100 %, 2 of 2 batches, 0:00"], _console.Lines);
    }

    [Fact]
    public void EvaluationsChecksAndDownloads_AreCountedFromTheirStart()
    {
        using var progress = new ConsoleProgress(_console.Console, _time);
        progress.Report(new EvaluationProgress(1, 4));
        _time.Seconds += 12;
        progress.Report(new EvaluationProgress(3, 4));
        progress.Report(new EvaluationProgress(4, 4));
        progress.Report(new DatasetCheckProgress(1000, 2000));
        _time.Seconds += 61;
        progress.Report(new DatasetCheckProgress(2000, 2000));
        progress.Report(new HubProgress("owner/name", "model.safetensors", 0, 0)); // no size yet
        progress.Report(new HubProgress("owner/name", "model.safetensors", 500_000_000, 1_000_000_000));
        _time.Seconds += 10;
        progress.Report(new HubProgress("owner/name", "model.safetensors", 600_000_000, 1_000_000_000));
        progress.Report(new DownloadProgress("cifar.tar.gz", 1_000_000, null));
        _time.Seconds += 10;
        progress.Report(new DownloadProgress("cifar.tar.gz", 2_500_000, null));
        Assert.Equal(
            [
                "Evaluating: 75 %, 3 of 4 batches, 0:12",
                "Evaluating: 100 %, 4 of 4 batches, 0:12",
                "Checking: 100 %, 2,000 of 2,000 images, 1:01",
                "Downloading owner/name: 60 %, 600 of 1,000 MB, 0:10",
                "Downloading cifar.tar.gz: 2 MB, 0:10",
            ],
            _console.Lines
        );
    }

    [Fact]
    public void TheTitlePrecedesEveryLine_AndNothingFollowsDisposal()
    {
        var progress = new ConsoleProgress(_console.Console, _time) { Title = "seed 1" };
        progress.Report(new EvaluationProgress(2, 2));
        progress.Title = "seed 2";
        progress.Report(Reports.Validated(epoch: 2));
        progress.Dispose();
        progress.Report(new EvaluationProgress(2, 2));
        progress.Report(Reports.Validated(epoch: 2));
        Assert.Equal(2, _console.Lines.Length);
        Assert.StartsWith("seed 1: Evaluating: 100 %", _console.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("seed 2: Validation 2/2", _console.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void LongLinesAreNotWrapped_AndHaveNoControlCharacters()
    {
        string title = new('x', 300);
        using var progress = new ConsoleProgress(_console.Console, _time) { Title = title };
        progress.Report(Reports.Training(2, 2));
        Assert.Equal($"{title}: {Reports.Training(2, 2)}", Assert.Single(_console.Lines));
        Assert.DoesNotContain(_console.Text.TrimEnd('\n'), char.IsControl);
    }
}
