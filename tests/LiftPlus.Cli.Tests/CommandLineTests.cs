namespace LiftPlus.Cli.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task TheHelpListsEveryCommand()
    {
        ToolRun run = await ToolRun.RunAsync("--help");
        Assert.Equal(0, run.Code);
        Assert.Contains("liftplus [command] [options]", run.Output, StringComparison.Ordinal);
        Assert.All(["check", "train", "evaluate", "audit", "predict", "report", "export", "completion"], command =>
            Assert.Contains($"\n  {command} ", run.Output, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("complete <position>", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutArguments_TheHelpIsShown()
    {
        ToolRun run = await ToolRun.RunAsync();
        Assert.Equal(3, run.Code);
        Assert.Contains("liftplus [command] [options]", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'liftplus --help'", "dance")]
    [InlineData("'liftplus train --help'", "train", "--backbone", "b")]
    [InlineData("--backbone is missing", "train", "--train", "t")]
    [InlineData("--preset and --recipe", "train", "--train", "t", "--preset", "Lift", "--recipe", "r.json")]
    [InlineData("--report needs --test", "train", "--backbone", "b", "--train", "t", "--report", "r.html")]
    [InlineData("'soon' is not a duration", "train", "--backbone", "b", "--train", "t", "--time-limit", "soon")]
    [InlineData("many", "train", "--backbone", "b", "--train", "t", "--epochs", "many")]
    [InlineData("--top is 0", "predict", "m", "i", "--top", "0")]
    [InlineData("--test shows the mistakes of one", "report", "a.json", "b.json", "--test", "t")]
    [InlineData("fish", "completion", "fish")]
    public async Task AWrongCommandLine_IsExplained(string message, params string[] arguments)
    {
        ToolRun run = await ToolRun.RunAsync(arguments);
        Assert.Equal(3, run.Code);
        Assert.Empty(run.Output);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("liftplus tr", "train")]
    [InlineData("liftplus train --tim", "--time-limit")]
    [InlineData("liftplus train --preset Lin", "LinearProbe")]
    [InlineData("liftplus predict model --format ", "JsonLines")]
    [InlineData("liftplus completion ", "bash")]
    public async Task ALineIsCompleted(string line, string expected)
    {
        ToolRun run = await ToolRun.RunAsync("complete", $"{line.Length}", line);
        Assert.Equal(0, run.Code);
        Assert.Contains(expected, run.Output.Split('\n'));
    }

    [Fact]
    public async Task OnlyWhatBeginsLikeTheWordIsOffered()
    {
        ToolRun run = await ToolRun.RunAsync("complete", "10", "liftplus e --help"); // the cursor is behind the e
        Assert.Equal(["evaluate", "export"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _liftplus liftplus")]
    [InlineData("zsh", "compdef _liftplus liftplus")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName liftplus")]
    public async Task EveryShellHasItsScript(string shell, string line)
    {
        ToolRun run = await ToolRun.RunAsync("completion", shell);
        Assert.Equal(0, run.Code);
        Assert.Contains(line, run.Output, StringComparison.Ordinal);
        Assert.Contains("liftplus complete ", run.Output, StringComparison.Ordinal);
    }
}
