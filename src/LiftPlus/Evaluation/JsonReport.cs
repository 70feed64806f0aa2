using System.Text.Json;

namespace LiftPlus;

/// <summary>Reports as JSON.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static string Write(EvaluationReport report) => JsonSerializer.Serialize(
        new
        {
            report.Metrics.Overall,
            Mean = report.Metrics.MeanClass,
            report.Metrics.Many,
            report.Metrics.Medium,
            report.Metrics.Few,
            Images = report.Metrics.Count,
            report.Metrics.Top5,
            report.Seconds,
            report.SkippedPictures,
            Classes = report.Classes.Names.Select((name, label) => new
            {
                Name = name,
                TrainingImages = report.Classes.Counts[label],
                Group = report.Classes.GroupOf(label).ToString(),
                Accuracy = report.Metrics.PerClass[label],
            }),
        },
        s_options);
}
