using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftPlus.GpuCheck;

/// <summary>Runs every section in turn, with the Python peer after each measured precision, and writes what came of it.</summary>
internal static class Conductor
{
    private const int SectionSeconds = 150;

    /// <summary>Runs all.</summary>
    /// <returns>0 if everything that ran is right.</returns>
    public static int Run(Plan plan, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        int Left() => plan.Seconds - (int)Stopwatch.GetElapsedTime(start).TotalSeconds;
        JsonObject sections = [];
        foreach (string section in Sections.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            JsonObject figures =
                Left() > 10
                    ? Section(section, plan, Math.Min(SectionSeconds, Left()))
                    : new JsonObject { ["skipped"] = $"{plan.Seconds} seconds are over" };
            if (section.StartsWith("speed:", StringComparison.Ordinal) && !figures.ContainsKey("skipped"))
                figures["python"] = PythonPeer.Run(section["speed:".Length..], plan, Math.Clamp(Left(), 1, plan.PeerSeconds));
            sections[section] = figures;
            Console.WriteLine($"{section}: {figures.ToJsonString()}");
        }

        JsonObject report = new()
        {
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["card"] = Card(plan),
            ["device"] = plan.DeviceName,
            ["model"] = $"ViT-B/16 ({plan.Depth} blocks) with AdaptFormer, 100 classes, batch {plan.BatchSize}",
            ["isRehearsal"] = plan.IsSmall,
            ["seconds"] = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds),
            ["sections"] = sections,
        };
        File.WriteAllText(
            Path.Combine(plan.Output, "gpu-check.json"),
            report.ToJsonString(new JsonSerializerOptions { WriteIndented = true })
        );
        string page = MarkdownPage.Write(report);
        File.WriteAllText(Path.Combine(plan.Output, "gpu-check.md"), page);
        Console.WriteLine(page);
        return sections.Any(section => section.Value!["error"] is not null || (int?)section.Value["failed"] > 0) ? 1 : 0;
    }

    private static JsonObject Section(string section, Plan plan, int seconds)
    {
        string file = plan.FileOf(section);
        File.Delete(file);
        string[] arguments =
        [
            "--section",
            section,
            "--device",
            plan.DeviceName,
            "--output",
            plan.Output,
            "--python",
            plan.Python,
            .. plan.IsSmall ? ["--small"] : (string[])[],
        ];
        ProcessStartInfo start =
            Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
                ? new("dotnet", [typeof(Conductor).Assembly.Location, .. arguments])
                : new(Environment.ProcessPath!, arguments);
        (int code, string error) = Child.Run(start, seconds);
        if (File.Exists(file))
            return JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        return new JsonObject { ["error"] = code == Child.TimedOut ? $"stopped after {seconds} seconds" : $"exit code {code}: {error}" };
    }

    private static string Card(Plan plan)
    {
        if (plan.DeviceName != "cuda")
            return "no card: the processor";
        ProcessStartInfo start = new("nvidia-smi", ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"])
        {
            RedirectStandardOutput = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            string text = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return text;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return $"unknown ({exception.Message})";
        }
    }
}
