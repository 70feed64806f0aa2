using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace LiftPlus.GpuCheck;

/// <summary>The figures as a page for docs/.</summary>
internal static class MarkdownPage
{
    public static string Write(JsonObject report)
    {
        var sections = (JsonObject)report["sections"]!;
        var page = new StringBuilder("# LiftPlus on a GPU\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{report["card"]}, {report["date"]}, {report["seconds"]} seconds in all.");
        page.Append((bool)report["isRehearsal"]! ? " **A rehearsal: its speeds say nothing.**\n\n" : "\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{report["model"]}. Ratios are over plain PyTorch in the same call.\n\n");
        page.Append(
            "| precision | training, images/s | ratio | inference | ratio | five crops | ratio | "
                + "TFLOP/s of the product's | MB (PyTorch) | logits off |\n"
        );
        page.Append("|---|---|---|---|---|---|---|---|---|---|\n");
        foreach ((string name, JsonNode? value) in Of(sections, "speed:"))
            page.Append(SpeedRow(name, (JsonObject)value!));
        page.Append(
            "\n| parity with the authors' numbers | passed | failed | largest ‖got - want‖ / ‖want‖ | of |\n|---|---|---|---|---|\n"
        );
        foreach ((string name, JsonNode? value) in Of(sections, "parity:"))
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {value!["passed"]} | {value["failed"]} | {value["worst"]} | {value["worstOf"]} |\n"
            );
        page.Append("\nEverything else:\n\n```json\n");
        foreach ((string name, JsonNode? value) in sections)
        {
            if (!name.StartsWith("speed:", StringComparison.Ordinal))
                page.Append(CultureInfo.InvariantCulture, $"{name}: {value!.ToJsonString()}\n");
        }

        return page.Append("```\n").ToString();
    }

    private static IEnumerable<(string Name, JsonNode? Value)> Of(JsonObject sections, string prefix) =>
        sections
            .Where(section => section.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(section => (section.Key[prefix.Length..], section.Value));

    private static string SpeedRow(string name, JsonObject ours)
    {
        if (!ours.ContainsKey("trainingImagesPerSecond"))
            return $"| {name} | {ours["error"] ?? ours["skipped"]} | | | | | | | | |\n";
        JsonNode? peer = ours["python"];
        string Ratio(string key) =>
            peer?[key] is JsonNode theirs ? ((double)ours[key]! / (double)theirs).ToString("F2", CultureInfo.InvariantCulture) : "-";
        string share = string.Create(
            CultureInfo.InvariantCulture,
            $"{ours["trainingTeraflops"]} and {ours["inferenceTeraflops"]} of {ours["matmulTeraflops"]}"
        );
        return $"| {name} | {ours["trainingImagesPerSecond"]} | {Ratio("trainingImagesPerSecond")} | {ours["inferenceImagesPerSecond"]} | "
            + $"{Ratio("inferenceImagesPerSecond")} | {ours["fiveCropImagesPerSecond"]} | {Ratio("fiveCropImagesPerSecond")} | {share} | "
            + $"{ours["memoryMegabytes"]} ({peer?["memoryMegabytes"]?.ToString() ?? "-"}) | {Difference(ours, peer)} |\n";
    }

    // The first image's logits, ours from the peer's: the same weights and image in both.
    private static string Difference(JsonObject ours, JsonNode? peer)
    {
        if (peer?["logits"] is not JsonArray theirs)
            return (string?)peer?["skipped"] ?? "-";
        double[] a = [.. ((JsonArray)ours["logits"]!).Select(value => (double)value!)];
        double[] b = [.. theirs.Select(value => (double)value!)];
        double off = Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum()) / Math.Sqrt(b.Sum(value => value * value));
        return off.ToString("G2", CultureInfo.InvariantCulture);
    }
}
