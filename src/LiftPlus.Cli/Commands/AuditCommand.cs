using System.CommandLine;
using LiftPlus.Cli.Inputs;
using LiftPlus.Cli.Outputs;
using LiftPlus.Reports;
using static System.FormattableString;

namespace LiftPlus.Cli.Commands;

/// <summary>Finds wrong labels and copies in a dataset.</summary>
internal sealed class AuditCommand : Command
{
    private readonly ToolConsole _console;
    private readonly ModelOptions _model = new();
    private readonly DatasetOptions _datasets = new();
    private readonly JsonOption _json = new();
    private readonly Argument<string> _place = new("images") { Description = $"The labelled images. {DatasetOptions.PlaceText}" };
    private readonly Option<string?> _test = new("--test")
    {
        Description = "The test images, which must not be among them.",
        HelpName = "PLACE",
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "The file for an HTML page with thumbnails of what was found.",
        HelpName = "FILE",
    };

    public AuditCommand(ToolConsole console)
        : base("audit", "Finds labels that are likely wrong, copies, and copies in the test set.")
    {
        _console = console;
        _model.AddTo(this);
        Add(_place);
        Add(_test);
        Add(_report);
        _datasets.AddTo(this);
        Add(_json);
        SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        using FineTunedModel model = _model.Load(parsed, _console, cancellationToken);
        ImageDataset images = _datasets.Place(parsed, parsed.GetValue(_place)!, DatasetSplit.Train).Open();
        _console.SayRemarks(images);
        ImageDataset? test = parsed.GetValue(_test) is string place
            ? _datasets.Place(parsed, place, DatasetSplit.Test, images.ClassNames).Open()
            : null;
        LabelAudit audit;
        using (ConsoleProgress progress = _console.CreateProgress())
            audit = model.AuditLabels(images, test, progress: progress, cancellationToken: cancellationToken);
        _console.Output.Write(parsed.GetValue(_json) ? AuditText.Json(audit) : AuditText.Markdown(audit));
        if (parsed.GetValue(_report) is string page)
        {
            string title = Invariant($"{images.Count:N0} images of {images.ClassNames.Count:N0} classes");
            HtmlReport.Write(page, new HtmlReportContent { Title = title, Audit = audit });
            _console.Say($"The page with thumbnails is {page}.");
        }

        return ExitCode.Success;
    }
}
