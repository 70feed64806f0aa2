using System.CommandLine;
using LiftPlus.Cli.Checking;
using LiftPlus.Cli.Inputs;
using LiftPlus.Cli.Outputs;

namespace LiftPlus.Cli.Commands;

/// <summary>Says what is in a dataset before a model is trained on it.</summary>
internal sealed class CheckCommand : Command
{
    private readonly ToolConsole _console;
    private readonly DatasetOptions _datasets = new();
    private readonly JsonOption _json = new();
    private readonly Argument<string> _place = new("place") { Description = DatasetOptions.PlaceText };
    private readonly Option<DatasetSplit> _split = new("--split") { Description = "The split of a published dataset." };
    private readonly Option<TaxonomicLevel> _level = new("--level")
    {
        Description = "The taxonomic level of the iNaturalist 2018 classes.",
    };
    private readonly Option<double?> _ratio = new("--imbalance")
    {
        Description = "Cuts the dataset down to a long tail with this imbalance ratio first.",
        HelpName = "RATIO",
    };

    private readonly Option<bool> _fetch = new("--fetch") { Description = "Downloads CIFAR to the place first (about 160 MB)." };
    private readonly Option<string?> _output = new("--output")
    {
        Description = "The folder for the report and its images. [default: only the text, and no images]",
        HelpName = "FOLDER",
    };

    public CheckCommand(ToolConsole console)
        : base("check", "Reports what is in a dataset: the long tail, unreadable images, duplicates, sizes.")
    {
        _console = console;
        Add(_place);
        Add(_output);
        _datasets.AddTo(this);
        Add(_split);
        Add(_level);
        Add(_ratio);
        Add(_fetch);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        DatasetPlace place = _datasets.Place(parsed, parsed.GetValue(_place)!, parsed.GetValue(_split)) with
        {
            Level = parsed.GetValue(_level),
        };
        string? folder = parsed.GetValue(_output);
        Survey survey;
        using (ConsoleProgress progress = _console.CreateProgress())
        {
            if (parsed.GetValue(_fetch))
                await place.FetchAsync(progress, cancellationToken);
            ImageDataset dataset = place.Open();
            if (parsed.GetValue(_ratio) is double ratio)
                dataset = new LongTailProfile(ratio).Apply(dataset);
            survey = Survey.Of(dataset, progress, cancellationToken);
        }

        string? report = folder is null ? null : SurveyReport.Write(survey, folder, cancellationToken);
        _console.Output.Write(parsed.GetValue(_json) ? SurveyResult.ToJson(survey, report) : SurveyReport.Text(survey, hasImages: false));
        if (report is not null)
            _console.Say($"The report and its images are in {folder}.");
        return survey.Unreadable.Count == 0 ? ExitCode.Success : ExitCode.BadInput;
    }
}
