using System.Text.Json;
using System.Text.Json.Serialization;
using LiftPlus.Data;
using LiftPlus.Metrics;

namespace LiftPlus.Evaluation;

/// <summary>
/// Represents a report in JSON (docs/report.md). Figures that follow from the images are written for other programs and not read.
/// </summary>
internal sealed record ReportFile
{
    public const int CurrentSchema = 1;

    public required int SchemaVersion { get; init; }

    public double? Overall { get; init; }

    public double? Mean { get; init; }

    public double? Many { get; init; }

    public double? Medium { get; init; }

    public double? Few { get; init; }

    public double? Top5 { get; init; }

    public double? HarmonicMean { get; init; }

    public double? MacroF1 { get; init; }

    public string? WorstClass { get; init; }

    public double? Worst { get; init; }

    public int? ClassesNeverRight { get; init; }

    public long? Images { get; init; }

    public AccuracyIntervals? Intervals { get; init; }

    public IReadOnlyDictionary<string, Calibration?>? Calibration { get; init; }

    public IReadOnlyList<ConfusedPair>? ConfusedPairs { get; init; }

    public double Seconds { get; init; }

    public double? TrainingSeconds { get; init; }

    public long? TrainedParameters { get; init; }

    public long? Parameters { get; init; }

    public RunEnvironment? Environment { get; init; }

    public JsonElement? Recipe { get; init; }

    public IReadOnlyList<UnreadableImage> SkippedImages { get; init; } = [];

    public required IReadOnlyList<ClassRow> Classes { get; init; }

    public required ImageColumns PerImage { get; init; }

    /// <summary>Represents one class, in label order.</summary>
    public sealed record ClassRow(string Name, int TrainingImages)
    {
        public ShotGroup Group { get; init; }

        public long TestImages { get; init; }

        public double? Accuracy { get; init; }
    }

    /// <summary>Represents the images, with one array for each of their properties.</summary>
    public sealed record ImageColumns
    {
        [JsonConverter(typeof(OneLine<int>))]
        public required int[] Index { get; init; }

        [JsonConverter(typeof(OneLine<int>))]
        public required int[] Label { get; init; }

        [JsonConverter(typeof(OneLine<int>))]
        public required int[] Predicted { get; init; }

        [JsonConverter(typeof(OneLine<bool?>))]
        public required bool?[] InTopFive { get; init; }

        [JsonConverter(typeof(OneLine<float?>))]
        public required float?[] Confidence { get; init; }

        /// <summary>Gets the names by index; empty if they are not known.</summary>
        [JsonConverter(typeof(OneLine<string>))]
        public string[] Names { get; init; } = [];
    }

    // An array of fifty thousand numbers takes one line, not as many.
    private sealed class OneLine<T> : JsonConverter<T[]>
    {
        private static readonly JsonSerializerOptions s_plain = new() { RespectNullableAnnotations = true };

        public override T[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<T[]>(ref reader, s_plain) ?? throw new JsonException("An array is needed here.");

        public override void Write(Utf8JsonWriter writer, T[] value, JsonSerializerOptions options) =>
            writer.WriteRawValue(JsonSerializer.SerializeToUtf8Bytes(value, s_plain));
    }
}
