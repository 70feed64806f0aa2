using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using LiftPlus.Cli.Outputs;
using LiftPlus.TestSupport;

namespace LiftPlus.Cli.Tests;

public sealed partial class DocumentedCommandTests
{
    [Theory]
    [InlineData("README.md", 1)]
    [InlineData("docs/command-line.md", 8)]
    [InlineData("src/LiftPlus.Cli/README.md", 2)]
    public void EveryCommandInTheDocumentation_IsUnderstood(string page, int least)
    {
        string text = File.ReadAllText(Repository.PathOf(page));
        IEnumerable<string> all = CommandLine.Matches(text).Select(match => match.Groups[1].Value);
        string[] commands = [.. all.Where(command => !command.Contains("..."))];
        Assert.InRange(commands.Length, least, int.MaxValue);
        Command root = new Tool(ToolConsole.Standard()).CreateCommand();
        Assert.All(commands, command => Assert.Empty(root.Parse([.. CommandLineParser.SplitCommandLine(command)]).Errors));
    }

    // A command in a block of shell lines or in a cell of a table, up to a redirection or the next command.
    [GeneratedRegex(@"(?:liftplus|dnx LiftPlus\.Cli) ([a-z]+ [^`|>)&\n]+)")]
    private static partial Regex CommandLine { get; }
}
