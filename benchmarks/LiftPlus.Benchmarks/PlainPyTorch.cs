using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LiftPlus.TestSupport;
using TorchSharp;

namespace LiftPlus.Benchmarks;

/// <summary>Runs the same step in plain Python (benchmarks/python). LIFTPLUS_PYTHON names the interpreter, which needs torch.</summary>
internal static class PlainPyTorch
{
    /// <summary>Returns the figures of Python and the ratios of ours to them, or why they are missing.</summary>
    public static JsonObject Compare(JsonObject fp32, JsonObject? bf16, CancellationToken cancellationToken)
    {
        string interpreter = Environment.GetEnvironmentVariable("LIFTPLUS_PYTHON") is { Length: > 0 } named ? named : "python3";
        string[] arguments =
        [
            Repository.PathOf("benchmarks", "python", "plain_step.py"),
            "--threads",
            torch.get_num_threads().ToString(CultureInfo.InvariantCulture),
            "--types",
            .. bf16 is null ? ["fp32"] : (string[])["fp32", "bf16"],
        ];
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(interpreter, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            using CancellationTokenRegistration kill = cancellationToken.Register(() => process.Kill());
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0 || output.Split('\n').LastOrDefault(line => line.StartsWith('{')) is not string line)
                return new JsonObject { ["absent"] = error.Result.Trim().Split('\n')[^1] };
            var theirs = (JsonObject)JsonNode.Parse(line)!;
            theirs["trainingOverPlain"] = Ratio(fp32, theirs["fp32"]!, "trainingImagesPerSecond");
            theirs["inferenceOverPlain"] = Ratio(fp32, theirs["fp32"]!, "inferenceImagesPerSecond");
            if (bf16 is not null)
            {
                theirs["bf16TrainingOverPlainFp32"] = Ratio(bf16, theirs["fp32"]!, "trainingImagesPerSecond");
                theirs["bf16TrainingOverPlain"] = Ratio(bf16, theirs["bf16"]!, "trainingImagesPerSecond");
            }

            return theirs;
        }
        catch (Win32Exception e)
        {
            return new JsonObject { ["absent"] = e.Message };
        }
    }

    private static double Ratio(JsonObject ours, JsonNode theirs, string key) => Math.Round((double)ours[key]! / (double)theirs[key]!, 2);
}
