using System.CommandLine;
using LiftPlus.Cli.Outputs;

namespace LiftPlus.Cli.Inputs;

/// <summary>Holds the argument and the options that say which model is loaded, and where.</summary>
internal sealed class ModelOptions
{
    /// <summary>Gets the option of the device.</summary>
    public static Option<string> CreateDevice() =>
        new("--device")
        {
            Description = "cpu, cuda, cuda:0, or auto for the first GPU, if there is one.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "auto",
        };

    private readonly Argument<string> _model = new("model") { Description = "The folder that 'liftplus train' wrote." };
    private readonly Option<string> _device = CreateDevice();
    private readonly Option<string?> _backbone = new("--backbone")
    {
        Description = "The backbone's folder, file or hub id. [default: where it was for training]",
        HelpName = "PLACE",
    };

    private readonly Option<bool> _download = new("--download")
    {
        Description = "Downloads the backbone that the model names from the hub, if this machine does not have it.",
    };

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_backbone);
        command.Add(_download);
        command.Add(_device);
    }

    /// <summary>Loads the model.</summary>
    /// <exception cref="LiftPlusException">The model, its backbone or libtorch is missing or damaged.</exception>
    public FineTunedModel Load(ParseResult parsed, ToolConsole console, CancellationToken cancellationToken)
    {
        LibTorch.EnsureLoaded();
        using ConsoleProgress progress = console.CreateProgress();
        string? backbone = parsed.GetValue(_backbone);
        return FineTunedModel.Load(
            parsed.GetValue(_model)!,
            new ModelLoadOptions
            {
                Backbone = backbone,
                Hub = backbone is not null || parsed.GetValue(_download) ? HubOptions.FromEnvironment() : null, // the user named it
                Device = parsed.GetValue(_device)!,
                Logger = new ToolLogger(console),
                Progress = progress,
            },
            cancellationToken
        );
    }
}
