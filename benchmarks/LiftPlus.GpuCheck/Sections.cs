using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LiftPlus.GpuCheck;

/// <summary>The parts of the check. Each runs in its own process, so that one that ends badly costs no other.</summary>
internal static class Sections
{
    /// <summary>Gets their names, most wanted first.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "symbols",
        "parity:float32",
        "speed:float32",
        "speed:bfloat16",
        "speed:float16",
        "speed:tf32",
        "parity:bfloat16",
        "parity:float16",
        "parity:tf32",
        "components",
        "fit",
        "copies",
    ];

    /// <summary>Runs one and writes its figures.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Run(string section, Plan plan)
    {
        long start = Stopwatch.GetTimestamp();
        JsonObject figures;
        try
        {
            figures = Measure(section, plan);
        }
        catch (Exception exception)
        {
            figures = new JsonObject { ["error"] = $"{exception.GetType().Name}: {exception.Message.Split('\n')[0]}" };
            Console.Error.WriteLine(exception);
        }

        figures["seconds"] = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1);
        File.WriteAllText(plan.FileOf(section), figures.ToJsonString());
        return figures.ContainsKey("error") ? 1 : 0;
    }

    private static JsonObject Measure(string section, Plan plan)
    {
        string[] parts = section.Split(':');
        return parts[0] switch
        {
            "symbols" => SymbolSection.Run(),
            "parity" => ParitySection.Run(plan, Mode.Named(parts[1])),
            "speed" => SpeedSection.Run(plan, Mode.Named(parts[1])),
            "components" => ComponentSection.Run(plan),
            "fit" => FitSection.Run(plan),
            "copies" => CopySection.Run(plan),
            _ => throw new ArgumentException($"There is no section {section}.", nameof(section)),
        };
    }
}
