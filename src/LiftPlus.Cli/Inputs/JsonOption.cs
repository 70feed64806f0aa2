using System.CommandLine;

namespace LiftPlus.Cli.Inputs;

/// <summary>Represents the option that makes the result JSON.</summary>
internal sealed class JsonOption : Option<bool>
{
    public JsonOption()
        : base("--json") => Description = "Writes the result as one JSON object to the output; everything else goes to the error stream.";
}
