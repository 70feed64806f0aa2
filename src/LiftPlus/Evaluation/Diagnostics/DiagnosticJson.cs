using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftPlus.Evaluation.Diagnostics;

/// <summary>Writes diagnostics as JSON.</summary>
internal static class DiagnosticJson
{
    private const int CurrentSchema = 1,
        Bins = 50;

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write(FeatureDiagnostic diagnostic)
    {
        double high = Math.Max(diagnostic.Groups.Max(group => Math.Max(group.Train.Items[^1].Value, group.Test.Items[^1].Value)), 1e-6);
        return JsonSerializer.Serialize(
            new
            {
                SchemaVersion = CurrentSchema,
                HistogramTo = high,
                Groups = diagnostic.Groups.Select(group => new
                {
                    group.Group,
                    group.Classes,
                    TrainMean = group.Train.Mean,
                    TestMean = group.Test.Mean,
                    group.Gap,
                    group.Divergence,
                    MeanSimilarity = diagnostic.Similarity.Mean(diagnostic.Classes, group.Group),
                    TrainHistogram = group.Train.Histogram(Bins, high),
                    TestHistogram = group.Test.Histogram(Bins, high),
                }),
                diagnostic.Seconds,
            },
            s_options
        );
    }
}
