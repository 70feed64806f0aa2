using System.CommandLine;
using LiftPlus.Cli.Outputs;

namespace LiftPlus.Cli.Commands;

/// <summary>Writes the script that makes a shell complete the tool's command lines.</summary>
internal sealed class CompletionCommand : Command
{
    private static readonly Dictionary<string, string> s_scripts = new()
    {
        ["bash"] = """
            _liftplus() {
                local IFS=$'\n'
                COMPREPLY=($(liftplus complete "$COMP_POINT" "$COMP_LINE" 2>/dev/null))
            }
            complete -o default -F _liftplus liftplus
            """,
        ["zsh"] = """
            _liftplus() {
                local line="$words"
                local -a found
                found=("${(@f)$(liftplus complete ${#line} "$line" 2>/dev/null)}")
                if [[ -n "$found" ]]; then compadd -a found; else _files; fi
            }
            compdef _liftplus liftplus
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName liftplus -ScriptBlock {
                param($word, $line, $position)
                liftplus complete $position "$line" 2>$null | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    public CompletionCommand(ToolConsole console)
        : base("completion", "Writes a script that completes command lines, for bash, zsh or pwsh.")
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or pwsh." };
        shell.AcceptOnlyFromAmong([.. s_scripts.Keys]);
        Add(shell);
        SetAction(parsed =>
        {
            console.Output.WriteLine(s_scripts[parsed.GetValue(shell)!]);
            return ExitCode.Success;
        });
    }
}
