using System.Diagnostics;

namespace LiftPlus.GpuCheck;

/// <summary>A process with a time limit.</summary>
internal static class Child
{
    /// <summary>The exit code of one that was stopped.</summary>
    public const int TimedOut = -1;

    /// <summary>Runs it.</summary>
    /// <returns>Its exit code and the last line it wrote to standard error.</returns>
    public static (int Code, string Error) Run(ProcessStartInfo start, int seconds)
    {
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        bool ended = process.WaitForExit(TimeSpan.FromSeconds(seconds));
        if (!ended)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        string text = error.GetAwaiter().GetResult().Trim();
        Console.Error.Write(text.Length > 0 ? text + "\n" : "");
        _ = output.GetAwaiter().GetResult();
        return (ended ? process.ExitCode : TimedOut, text.Split('\n')[^1]);
    }
}
