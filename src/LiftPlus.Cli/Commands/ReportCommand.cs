using System.CommandLine;
using LiftPlus.Cli.Inputs;
using LiftPlus.Cli.Outputs;
using LiftPlus.Reports;

namespace LiftPlus.Cli.Commands;

/// <summary>Draws evaluations as a page: one with its mistakes, or several side by side.</summary>
internal sealed class ReportCommand : Command
{
    private readonly ToolConsole _console;
    private readonly DatasetOptions _datasets = new();
    private readonly JsonOption _json = new();
    private readonly Argument<string[]> _files = new("evaluations")
    {
        Description = "Files that 'liftplus evaluate --json' wrote, each FILE or METHOD=FILE. Files of one method are its seeds.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file for the page.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "report.html",
    };

    private readonly Option<string> _title = new("--title")
    {
        Description = "The title of the page.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "Evaluation",
    };

    private readonly Option<string?> _test = new("--test")
    {
        Description = "The test images of the evaluation, to show its mistakes; for one evaluation.",
        HelpName = "PLACE",
    };

    private readonly Option<string[]> _metrics = new("--metrics")
    {
        Description = "A file that 'liftplus train --metrics' wrote, to draw the training. Repeatable.",
        HelpName = "FILE",
    };

    public ReportCommand(ToolConsole console)
        : base("report", "Writes an HTML page from evaluations: charts, mistakes, and which differences are noise.")
    {
        _console = console;
        Add(_files);
        Add(_output);
        Add(_title);
        Add(_test);
        Add(_metrics);
        _datasets.AddTo(this);
        Add(_json);
        Validators.Add(result =>
        {
            if (result.GetValue(_test) is not null && result.GetValue(_files)?.Length > 1)
                result.AddError("--test shows the mistakes of one evaluation; give one file.");
        });
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        ComparedRun[] runs = EvaluationFiles.Read(parsed.GetValue(_files)!);
        string output = parsed.GetValue(_output)!;
        EvaluationReport? single = runs is [ComparedRun only] ? only.Report : null;
        HtmlReport.Write(
            output,
            new HtmlReportContent
            {
                Title = parsed.GetValue(_title)!,
                Evaluation = single,
                Test = parsed.GetValue(_test) is string place
                    ? _datasets.Place(parsed, place, DatasetSplit.Test, single?.Classes.Names).Open()
                    : null,
                Comparisons = single is null ? [new TitledComparison("Methods side by side", RunComparison.Create(runs))] : [],
                Trainings =
                [
                    .. (parsed.GetValue(_metrics) ?? []).Select(file => new TitledTraining(
                        Path.GetFileNameWithoutExtension(file),
                        TrainingHistory.FromMetricsFile(file)
                    )),
                ],
            }
        );
        _console.Output.WriteLine(parsed.GetValue(_json) ? JsonOutput.Write(new { Report = output }) : $"The page is {output}.");
        return ExitCode.Success;
    }
}
