using System.CommandLine;
using LiftPlus.Cli.Inputs;
using LiftPlus.Cli.Outputs;

namespace LiftPlus.Cli.Commands;

/// <summary>Classifies images.</summary>
internal sealed class PredictCommand : Command
{
    private readonly ToolConsole _console;
    private readonly ModelOptions _model = new();
    private readonly Argument<string[]> _images = new("images")
    {
        Description = "Files, folders of images, or - for a list of files from the standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<PredictionFormat> _format = new("--format") { Description = "The form of the predictions." };
    private readonly JsonOption _json = new();
    private readonly Option<int> _top = new("--top")
    {
        Description = "How many of the most likely classes.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<bool> _ensemble = new("--tte") { Description = "Classifies from five crops (test-time ensembling)." };

    public PredictCommand(ToolConsole console)
        : base("predict", "Classifies images and writes a line for each.")
    {
        _console = console;
        _model.AddTo(this);
        Add(_images);
        Add(_format);
        Add(_top);
        Add(_ensemble);
        Add(_json);
        _top.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 1)
                result.AddError($"--top is {result.GetValueOrDefault<int>()}; it must be 1 or more.");
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] images = ImagePaths.Find(parsed.GetValue(_images)!, _console.Input);
        using FineTunedModel model = _model.Load(parsed, _console, cancellationToken);
        model.Inference = model.Inference with { TestTimeEnsemble = model.Inference.TestTimeEnsemble || parsed.GetValue(_ensemble) };
        var options = new PredictionOptions { Top = parsed.GetValue(_top), KeepErrors = true };
        IPredictionWriter writer = IPredictionWriter.Create(
            parsed.GetValue(_json) ? PredictionFormat.Json : parsed.GetValue(_format),
            _console.Output,
            Math.Min(options.Top, model.ClassNames.Count)
        );
        int unreadable = 0;
        using (ConsoleProgress? progress = _console.IsOutputTerminal ? null : _console.CreateProgress()) // there the lines show it
        {
            int done = 0;
            await foreach (Prediction prediction in model.PredictEachAsync(images, options, cancellationToken))
            {
                writer.Write(prediction);
                unreadable += prediction.Error is null ? 0 : 1;
                progress?.Report("Classifying", ++done, images.Length, "images");
            }
        }

        writer.End();
        if (unreadable == 0)
            return ExitCode.Success;
        _console.Say($"{unreadable} of {images.Length} images cannot be read; their lines say why.");
        return ExitCode.BadInput;
    }
}
