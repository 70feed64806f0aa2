namespace LiftPlus.Cli.Outputs;

/// <summary>Holds the exit codes of the tool.</summary>
internal static class ExitCode
{
    /// <summary>The command did its work.</summary>
    public const int Success = 0;

    /// <summary>A file, an image, a model or a setting cannot be used; the message says which.</summary>
    public const int BadInput = 1;

    /// <summary>The command was stopped by Ctrl+C or a signal.</summary>
    public const int Cancelled = 2;

    /// <summary>The command line is wrong.</summary>
    public const int BadUsage = 3;

    /// <summary>The tool has a defect.</summary>
    public const int Unexpected = 4;
}
