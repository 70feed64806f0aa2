using System.CommandLine;
using LiftPlus.Cli.Inputs;
using LiftPlus.Cli.Outputs;

namespace LiftPlus.Cli.Commands;

/// <summary>Tests a model on labelled images.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly ToolConsole _console;
    private readonly ModelOptions _model = new();
    private readonly DatasetOptions _datasets = new();
    private readonly JsonOption _json = new();
    private readonly Argument<string> _place = new("test") { Description = $"The test images. {DatasetOptions.PlaceText}" };
    private readonly Option<bool> _ensemble = new("--tte") { Description = "Classifies from five crops (test-time ensembling)." };
    private readonly Option<UnreadablePolicy?> _unreadable = new("--unreadable")
    {
        Description = "What happens when an image cannot be read.",
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "The file for an HTML page with charts and mistakes.",
        HelpName = "FILE",
    };

    public EvaluateCommand(ToolConsole console)
        : base("evaluate", "Tests a model on labelled images: accuracy per group, confused classes, calibration.")
    {
        _console = console;
        _model.AddTo(this);
        Add(_place);
        Add(_ensemble);
        Add(_unreadable);
        Add(_report);
        _datasets.AddTo(this);
        Add(_json);
        SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        using FineTunedModel model = _model.Load(parsed, _console, cancellationToken);
        ImageDataset test = _datasets.Place(parsed, parsed.GetValue(_place)!, DatasetSplit.Test, model.ClassNames).Open();
        _console.SayRemarks(test);
        model.Inference = model.Inference with
        {
            TestTimeEnsemble = model.Inference.TestTimeEnsemble || parsed.GetValue(_ensemble),
            Unreadable = parsed.GetValue(_unreadable) ?? model.Inference.Unreadable,
        };
        EvaluationReport report;
        using (ConsoleProgress progress = _console.CreateProgress())
            report = model.Evaluate(test, progress, cancellationToken);
        _console.Output.Write(parsed.GetValue(_json) ? report.ToJson() + Environment.NewLine : report.ToMarkdown());
        if (parsed.GetValue(_report) is string page)
        {
            EvaluationPage.Write(page, report, test);
            _console.Say($"The page with charts and mistakes is {page}.");
        }

        return ExitCode.Success;
    }
}
