using System.Text.Json;

namespace LiftPlus.Experiments.Decisions;

/// <summary>Represents one figure of the results.</summary>
/// <param name="Topic">What is measured.</param>
/// <param name="Case">The condition.</param>
/// <param name="Method">The method.</param>
/// <param name="Measure">The name of the figure.</param>
/// <param name="Value">The figure.</param>
internal sealed record Row(string Topic, string Case, string Method, string Measure, double Value)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerOptions.Web) { WriteIndented = true };

    /// <summary>Writes figures as JSON, with four digits after the point.</summary>
    public static void Write(IEnumerable<Row> rows, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(rows.Select(row => row with { Value = Math.Round(row.Value, 4) }), s_json));
    }
}
