using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftPlus.Display.Tests;

public sealed partial class TerminalProgressTests
{
    private readonly RecordingConsole _console = new(isTerminal: true);
    private readonly ManualTime _time = new();

    [Fact]
    public void ABarShowsEpochLossRateAndRemainingTime()
    {
        using var progress = new ConsoleProgress(_console.Console, _time);
        progress.Report(Reports.Training(25, 100));
        Assert.Contains("25% Training 1/2: loss 0.5, 20 images/s, 1:15 left", Plain(_console.Text), StringComparison.Ordinal);
        Assert.Contains("━━━", _console.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void TheBarIsDrawnAtMostTenTimesASecond()
    {
        using var progress = new ConsoleProgress(_console.Console, _time);
        progress.Report(Reports.Training(1, 100));
        int first = _console.Text.Length;
        _time.Seconds += 0.05;
        progress.Report(Reports.Training(2, 100));
        Assert.Equal(first, _console.Text.Length);
        _time.Seconds += 0.06;
        progress.Report(Reports.Training(3, 100));
        Assert.Contains("3% Training", Plain(_console.Text[first..]), StringComparison.Ordinal);
    }

    [Fact]
    public void EndsOfPhasesAndValidations_StayAboveTheBars()
    {
        using (var progress = new ConsoleProgress(_console.Console, _time))
        {
            progress.Report(Reports.Phase(TrainingPhase.Checking, 1, 2));
            progress.Report(Reports.Phase(TrainingPhase.Checking, 2, 2));
            progress.Report(Reports.Training(1, 2));
            progress.Report(Reports.Phase(TrainingPhase.Validating, 1, 2));
            progress.Report(Reports.Phase(TrainingPhase.Validating, 2, 2));
            Assert.DoesNotContain(
                "Validating",
                Assert.Single(Screen(_console.Text), line => line.StartsWith('━')),
                StringComparison.Ordinal
            );
            progress.Report(Reports.Validated(epoch: 1));
            Assert.Contains("Training 1/2", Assert.Single(Screen(_console.Text), line => line.StartsWith('━')), StringComparison.Ordinal);
            progress.Report(Reports.Training(2, 2, epoch: 2));
        }

        string[] lines = [.. Screen(_console.Text).Where(line => line.Length > 0)];
        Assert.Equal(
            [
                "Checking: 100 %, 2 of 2 images, 0:02",
                "Validation 1/2: overall 66.7 %, mean 50.0 %, few-shot 0.0 %",
                "Training: 100 %, epoch 2/2, loss 0.5, accuracy 50.0 %, 20.0 images/s, in 0:02",
            ],
            lines
        );
    }

    [Fact]
    public void WhileNoPhaseIsAtWork_TheCursorIsVisible()
    {
        using var progress = new ConsoleProgress(_console.Console, _time);
        progress.Report(new EvaluationProgress(1, 2));
        Assert.True(
            _console.Text.LastIndexOf("\e[?25l", StringComparison.Ordinal) > _console.Text.LastIndexOf("\e[?25h", StringComparison.Ordinal)
        );
        progress.Report(new EvaluationProgress(2, 2));
        Assert.True(
            _console.Text.LastIndexOf("\e[?25h", StringComparison.Ordinal) > _console.Text.LastIndexOf("\e[?25l", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void ASecondRunOnTheSameTerminal_WritesItsLinesOnly()
    {
        using var first = new ConsoleProgress(_console.Console, _time) { Title = "first" };
        using var second = new ConsoleProgress(_console.Console, _time) { Title = "second" };
        first.Report(Reports.Training(1, 2));
        second.Report(Reports.Training(1, 2));
        second.Report(Reports.Training(2, 2));
        string text = Plain(_console.Text);
        Assert.DoesNotContain("second: Training 1/2", text, StringComparison.Ordinal);
        Assert.Contains("second: Training: 100 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public void MarkupInATitle_IsShownAsItIs()
    {
        using var progress = new ConsoleProgress(_console.Console, _time) { Title = "[red]a[/]" };
        progress.Report(Reports.Training(1, 2));
        progress.Report(Reports.Validated(epoch: 1));
        Assert.Contains("[red]a[/]: Training 1/2", Plain(_console.Text), StringComparison.Ordinal);
        Assert.Contains("[red]a[/]: Validation 1/2", Plain(_console.Text), StringComparison.Ordinal);
    }

    private static string Plain(string text) => Spaces.Replace(Control.Replace(text, ""), " ");

    // What a terminal shows in the end.
    private static List<string> Screen(string text)
    {
        List<string> lines = [""];
        int row = 0,
            column = 0;
        foreach (string part in Parts.Matches(text).Select(match => match.Value))
        {
            if (part == "\n")
            {
                (row, column) = (row + 1, 0);
                if (row == lines.Count)
                    lines.Add("");
            }
            else if (part == "\r")
                column = 0;
            else if (part == "\e[2K")
                lines[row] = "";
            else if (part[0] == '\e' && part[^1] == 'A')
                row -= int.Parse(part[2..^1], CultureInfo.InvariantCulture);
            else if (part[0] != '\e')
            {
                string line = lines[row].PadRight(column);
                lines[row] = line[..column] + part + line[Math.Min(line.Length, column + part.Length)..];
                column += part.Length;
            }
        }

        return [.. lines.Select(line => line.TrimEnd())];
    }

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]|\n|\r|[^\e\n\r]+")]
    private static partial Regex Parts { get; }

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Control { get; }

    [GeneratedRegex(" +")]
    private static partial Regex Spaces { get; }
}
