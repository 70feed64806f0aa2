using System.CommandLine;
using System.Globalization;
using LiftPlus.Cli.Inputs;
using LiftPlus.Cli.Outputs;
using LiftPlus.Files;
using LiftPlus.Reports;
using static System.FormattableString;

namespace LiftPlus.Cli.Commands;

/// <summary>Trains a model on the user's images, saves it and tests it.</summary>
internal sealed class TrainCommand : Command
{
    private readonly ToolConsole _console;
    private readonly TrainOptions _options = new();
    private readonly DatasetOptions _datasets = new();
    private readonly JsonOption _json = new();
    private readonly Option<string> _train = new("--train")
    {
        Description = $"The training images. {DatasetOptions.PlaceText}",
        HelpName = "PLACE",
        Required = true,
    };

    private readonly Option<string?> _test = new("--test") { Description = "The test images.", HelpName = "PLACE" };
    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder for the model.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "model",
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "The file for an HTML page with charts and mistakes; needs --test.",
        HelpName = "FILE",
    };

    public TrainCommand(ToolConsole console)
        : base("train", "Fine-tunes a backbone on your images with LIFT+ and saves the model.")
    {
        _console = console;
        Add(_train);
        Add(_test);
        Add(_output);
        Add(_report);
        _options.AddTo(this);
        _datasets.AddTo(this);
        Add(_json);
        Validators.Add(result =>
        {
            if (result.GetValue(_report) is not null && result.GetValue(_test) is null)
                result.AddError("--report needs --test: the page shows how the model does on test images.");
        });
        SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string folder = parsed.GetValue(_output)!;
        RefuseOtherContent(folder);
        ImageDataset train = Open(parsed, parsed.GetValue(_train)!, DatasetSplit.Train);
        ImageDataset? OpenAlike(string? path, DatasetSplit split) => path is null ? null : Open(parsed, path, split, train.ClassNames);
        ImageDataset? validation = OpenAlike(_options.ValidationPlace(parsed), DatasetSplit.Validation);
        ImageDataset? test = OpenAlike(parsed.GetValue(_test), DatasetSplit.Test);
        LongTailFineTuner tuner = _options.CreateTuner(parsed, new ToolLogger(_console));
        LibTorch.EnsureLoaded();
        string ratio = train.Classes.ImbalanceRatio.ToString("0.#", CultureInfo.InvariantCulture);
        _console.Say(Invariant($"{train.Count:N0} training images of {train.ClassNames.Count:N0} classes, imbalance ratio {ratio}"));
        var history = new TrainingHistory();
        string? continuesFrom = parsed.GetValue(_options.Checkpoints);
        using FineTunedModel? model = Fit(tuner, train, validation, history, continuesFrom, cancellationToken);
        if (model is null)
            return ExitCode.Cancelled;
        model.Save(folder);
        var result = new TrainResult(folder, train, model);
        if (!parsed.GetValue(_json))
            _console.Output.WriteLine(result.ToString());
        if (test is not null)
            result = Test(parsed, model, history, test, result, cancellationToken);
        if (parsed.GetValue(_json))
            _console.Output.WriteLine(JsonOutput.Write(result));
        return ExitCode.Success;
    }

    private ImageDataset Open(ParseResult parsed, string place, DatasetSplit split, IReadOnlyList<string>? names = null)
    {
        ImageDataset dataset = _datasets.Place(parsed, place, split, names).Open();
        _console.SayRemarks(dataset);
        return dataset;
    }

    // Returns null if the run was stopped.
    private FineTunedModel? Fit(
        LongTailFineTuner tuner,
        ImageDataset train,
        ImageDataset? validation,
        TrainingHistory history,
        string? checkpoints,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using ConsoleProgress progress = _console.CreateProgress();
            IProgress<TrainingProgress> both = history.Recorder(progress);
            return checkpoints is null
                ? tuner.Fit(train, validation, both, cancellationToken)
                : tuner.Resume(train, validation, both, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _console.Say(
                checkpoints is null
                    ? "Stopped; nothing is saved. With --checkpoints FOLDER the same command continues a stopped run."
                    : $"Stopped. Run the same command again to continue from the checkpoints in {checkpoints}."
            );
            return null;
        }
    }

    private TrainResult Test(
        ParseResult parsed,
        FineTunedModel model,
        TrainingHistory history,
        ImageDataset test,
        TrainResult result,
        CancellationToken cancellationToken
    )
    {
        EvaluationReport evaluation;
        using (ConsoleProgress progress = _console.CreateProgress())
            evaluation = model.Evaluate(test, progress, cancellationToken);
        string? page = parsed.GetValue(_report);
        if (page is not null)
            EvaluationPage.Write(page, evaluation, test, history);
        if (!parsed.GetValue(_json))
        {
            _console.Output.WriteLine();
            _console.Output.Write(evaluation.ToMarkdown());
            if (page is not null)
                _console.Output.WriteLine($"{Environment.NewLine}The page with charts and mistakes is {page}.");
        }

        return result with
        {
            Test = Figures.From(evaluation.Metrics),
            Report = page,
        };
    }

    // Known before the training, not after it.
    private static void RefuseOtherContent(string folder)
    {
        if (WholeFolder.HasContent(folder) && !File.Exists(Path.Combine(folder, "recipe.json")))
            throw new LiftPlusException($"{folder} exists and holds no model: choose a new folder with --output.");
    }
}
