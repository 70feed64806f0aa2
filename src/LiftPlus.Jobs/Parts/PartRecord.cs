using System.Text.Json;
using LiftPlus.Files;
using LiftPlus.Plans;

namespace LiftPlus.Parts;

/// <summary>Represents what is known of a complete part: <c>part-00012.json</c> beside the Parquet file.</summary>
/// <param name="Plan">The SHA-256 of the plan.</param>
/// <param name="Shard">The number of the shard.</param>
/// <param name="Images">The number of rows.</param>
/// <param name="Errors">The number of rows with an error.</param>
/// <param name="Bytes">The length of the Parquet file.</param>
/// <param name="Sha256">Its SHA-256.</param>
internal sealed record PartRecord(string Plan, int Shard, int Images, int Errors, long Bytes, string Sha256)
{
    private const int MostBytes = 1 << 16;

    /// <summary>Reads a record; returns null if it is missing or damaged, because the part is then written again.</summary>
    public static PartRecord? TryRead(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<PartRecord>(JsonText.Read(path, MostBytes).Span, PlanFile.Json);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes the record.</summary>
    /// <exception cref="LiftPlusException">It cannot be written.</exception>
    public void Write(string path) => WholeFile.WriteText(path, JsonSerializer.Serialize(this, PlanFile.Json) + "\n");
}
