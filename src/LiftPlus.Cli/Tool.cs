using System.CommandLine;
using System.CommandLine.Help;
using LiftPlus.Cli.Commands;
using LiftPlus.Cli.Outputs;

namespace LiftPlus.Cli;

/// <summary>Represents the tool <c>liftplus</c>: reads the arguments, runs a command and returns its exit code.</summary>
internal sealed class Tool(ToolConsole console)
{
    public const string Name = "liftplus";

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="arguments">The arguments, without the name of the tool.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        ParseResult parsed = CreateCommand().Parse(arguments.Count > 0 ? arguments : ["--help"]);
        if (parsed.Errors.Count > 0)
            return RefuseArguments(parsed);
        try
        {
            int code = await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = console.Output,
                    Error = console.MessageWriter,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null, // Interruption waits for the checkpoint
                },
                cancellationToken
            );
            return arguments.Count > 0 ? code : ExitCode.BadUsage;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            console.Say("Stopped.");
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (e is LiftPlusException or IOException or UnauthorizedAccessException)
        {
            console.Say(Hints.Add(e.Message));
            return ExitCode.BadInput;
        }
        catch (Exception e)
        {
            console.Say($"An unexpected error. Please report it with the command line and these lines:{Environment.NewLine}{e}");
            return ExitCode.Unexpected;
        }
    }

    private int RefuseArguments(ParseResult parsed)
    {
        foreach (string message in parsed.Errors.Select(error => error.Message).Distinct())
            console.Say(message);
        string command = parsed.CommandResult.Command is { Name: not Name } found ? $"{Name} {found.Name}" : Name;
        console.Say($"'{command} --help' shows what the command takes.");
        return ExitCode.BadUsage;
    }

    /// <summary>Creates the command with its subcommands.</summary>
    public Command CreateCommand()
    {
        var root = new Command(Name, "Trains, evaluates and uses classifiers of long-tailed images (LIFT+).")
        {
            new CheckCommand(console),
            new TrainCommand(console),
            new EvaluateCommand(console),
            new AuditCommand(console),
            new PredictCommand(console),
            new ReportCommand(console),
            new ExportCommand(console),
            new CompletionCommand(console),
            new HelpOption(),
            new VersionOption(),
        };
        root.Add(new CompleteCommand(console, root));
        return root;
    }
}
