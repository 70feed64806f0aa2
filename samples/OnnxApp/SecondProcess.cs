using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace LiftPlus.Samples.OnnxApp;

/// <summary>Represents what the program in Classifier printed.</summary>
/// <param name="FirstAnswer">The seconds from the start of the process to its first answer.</param>
/// <param name="ImagesPerSecond">The speed after that.</param>
/// <param name="Memory">The largest resident memory in MB.</param>
/// <param name="ClassNames">The answers, in the order of the files' names.</param>
internal sealed record SecondProcess(double FirstAnswer, double ImagesPerSecond, double Memory, string[] ClassNames)
{
    /// <exception cref="LiftPlusException">The program failed; the message is what it wrote.</exception>
    public static SecondProcess Run(string model, string images)
    {
        var start = new ProcessStartInfo(Program(), [model, images]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new LiftPlusException($"The classifier ended with {process.ExitCode}: {errors.Result.Trim()}");
        return Read(output);
    }

    internal static SecondProcess Read(string output)
    {
        ILookup<string, string[]> lines = output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd('\r').Split('\t'))
            .ToLookup(parts => parts[0]);
        return new SecondProcess(
            Number("first answer after s"),
            Number("images/s"),
            Number("memory MB"),
            [.. lines.Where(group => group.Key.EndsWith(".png", StringComparison.Ordinal)).Select(group => group.First()[1])]
        );

        double Number(string name) => double.Parse(lines[name].Single()[1], CultureInfo.InvariantCulture);
    }

    private static string Program()
    {
        string folder = typeof(SecondProcess)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "ClassifierFolder")
            .Value!;
        return Path.Combine(folder, OperatingSystem.IsWindows() ? "OnnxClassifier.exe" : "OnnxClassifier");
    }
}
