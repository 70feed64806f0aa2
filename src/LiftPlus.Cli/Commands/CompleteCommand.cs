using System.CommandLine;
using LiftPlus.Cli.Outputs;

namespace LiftPlus.Cli.Commands;

/// <summary>Lists what can stand at a place of a command line; the scripts of <see cref="CompletionCommand"/> call it.</summary>
internal sealed class CompleteCommand : Command
{
    public CompleteCommand(ToolConsole console, Command root)
        : base("complete", "Lists what can stand at a place of a command line.")
    {
        Hidden = true;
        var position = new Argument<int>("position");
        var line = new Argument<string>("line");
        Add(position);
        Add(line);
        SetAction(parsed =>
        {
            string text = parsed.GetValue(line)!;
            int end = Math.Clamp(parsed.GetValue(position), 0, text.Length);
            string word = text[..end].Split(' ')[^1];
            IEnumerable<string> all = root.Parse(text).GetCompletions(end).Select(item => item.InsertText ?? item.Label);
            foreach (string found in all.Where(item => item.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
                console.Output.WriteLine(found);
            return ExitCode.Success;
        });
    }
}
