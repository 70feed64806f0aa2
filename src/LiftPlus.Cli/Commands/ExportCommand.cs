using System.CommandLine;
using LiftPlus.Cli.Inputs;
using LiftPlus.Cli.Outputs;
using LiftPlus.Files;

namespace LiftPlus.Cli.Commands;

/// <summary>Writes a model for other software.</summary>
internal sealed class ExportCommand : Command
{
    private const string OnnxFile = "model.onnx";

    private readonly ToolConsole _console;
    private readonly ModelOptions _model = new();
    private readonly JsonOption _json = new();
    private readonly Argument<string> _folder = new("folder") { Description = "The folder to write; it must be new or empty." };
    private readonly Option<ExportFormat> _format = new("--format")
    {
        Description =
            "Merged: a plain backbone and the classifier. Peft: LoRA for Hugging Face's peft. Reference: the authors' checkpoint. "
            + "Onnx: a file that any ONNX Runtime computes.",
    };

    private readonly Option<OnnxWeights> _weights = new("--weights") { Description = "How an ONNX file stores the weights." };
    private readonly Option<bool> _preprocessing = new("--preprocessing")
    {
        Description = "Whether an ONNX file resizes, crops and normalizes the images itself.",
    };

    private readonly Option<WeightNaming> _naming = new("--naming") { Description = "The tensor names of a merged export." };

    public ExportCommand(ToolConsole console)
        : base("export", "Writes a model for other software.")
    {
        _console = console;
        _model.AddTo(this);
        Add(_folder);
        Add(_format);
        Add(_naming);
        Add(_weights);
        Add(_preprocessing);
        Add(_json);
        SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string folder = parsed.GetValue(_folder)!;
        ExportFormat format = parsed.GetValue(_format);
        using FineTunedModel model = _model.Load(parsed, _console, cancellationToken);
        switch (format)
        {
            case ExportFormat.Merged:
                MergedExport.Save(model, folder, parsed.GetValue(_naming));
                break;
            case ExportFormat.Peft:
                PeftExport.Save(model, folder);
                break;
            case ExportFormat.Onnx:
                WholeFolder.Create(folder, temporary =>
                    OnnxExport.Save(
                        model,
                        Path.Combine(temporary, OnnxFile),
                        new OnnxExportOptions { Weights = parsed.GetValue(_weights), Preprocessing = parsed.GetValue(_preprocessing) },
                        cancellationToken
                    )
                );
                break;
            default:
                WholeFolder.Create(folder, temporary => SaveReference(model, Path.Combine(temporary, ReferenceCheckpoint.FileName)));
                break;
        }

        _console.Output.WriteLine(
            parsed.GetValue(_json) ? JsonOutput.Write(new { Format = format, Folder = folder }) : $"The export is in {folder}."
        );
        return ExitCode.Success;
    }

    private static void SaveReference(FineTunedModel model, string file) =>
        ReferenceCheckpoint.Save(file, model.Backbone, model.Recipe.Classifier.HasWeight ? model.Classifier : null);
}
