using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftPlus.Cli.Outputs;

/// <summary>Writes results as JSON.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions s_lines = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
            new PredictionConverter { IncludeFolders = true },
        },
    };

    private static readonly JsonSerializerOptions s_indented = new(s_lines) { WriteIndented = true };

    /// <summary>Returns a value as indented JSON.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, s_indented);

    /// <summary>Returns a value as one line of JSON.</summary>
    public static string WriteLine<T>(T value) => JsonSerializer.Serialize(value, s_lines);
}
