using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiftPlus.Files;
using LiftPlus.Metrics;
using LiftPlus.Recipe;

namespace LiftPlus.Evaluation;

/// <summary>Reads and writes reports as JSON.</summary>
internal static class JsonReport
{
    private const double LongestSeconds = 1e10; // three centuries

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 48, // a recipe's 32 and what is around it
        Converters = { new JsonStringEnumConverter(), new FiniteNumberConverter() },
    };

    public static string Write(EvaluationReport report)
    {
        ClassificationMetrics metrics = report.Metrics;
        return JsonSerializer.Serialize(
            new ReportFile
            {
                SchemaVersion = ReportFile.CurrentSchema,
                Overall = metrics.Overall,
                Mean = metrics.MeanClass,
                Many = metrics.Many,
                Medium = metrics.Medium,
                Few = metrics.Few,
                Top5 = metrics.Top5,
                HarmonicMean = metrics.HarmonicMean,
                MacroF1 = metrics.MacroF1,
                WorstClass = report.Classes.Names[metrics.WorstClass],
                Worst = metrics.Worst,
                ClassesNeverRight = metrics.ClassesNeverRight,
                Images = metrics.Count,
                Intervals = report.GetIntervals(),
                Calibration = new Dictionary<string, Calibration?>
                {
                    ["overall"] = report.GetCalibration(),
                    ["many"] = report.GetCalibration(ShotGroup.Many),
                    ["medium"] = report.GetCalibration(ShotGroup.Medium),
                    ["few"] = report.GetCalibration(ShotGroup.Few),
                },
                ConfusedPairs = report.GetConfusedPairs(),
                Seconds = report.Seconds,
                TrainingSeconds = report.TrainingSeconds,
                TrainedParameters = report.TrainedParameters,
                Parameters = report.Parameters,
                Environment = report.Environment,
                Recipe = report.Recipe is FineTuningRecipe recipe
                    ? JsonSerializer.SerializeToElement(recipe, RecipeJson.Options(RecipeJson.BuiltIn()))
                    : null,
                SkippedImages = report.SkippedImages,
                Classes =
                [
                    .. report.ClassResults.Select(row => new ReportFile.ClassRow(row.Name, row.TrainingImages)
                    {
                        Group = row.Group,
                        TestImages = row.TestImages,
                        Accuracy = row.Accuracy,
                    }),
                ],
                PerImage = new ReportFile.ImageColumns
                {
                    Index = [.. report.Outcomes.Select(outcome => outcome.Index)],
                    Label = [.. report.Outcomes.Select(outcome => outcome.Label)],
                    Predicted = [.. report.Outcomes.Select(outcome => outcome.Predicted)],
                    InTopFive = [.. report.Outcomes.Select(outcome => outcome.InTopFive)],
                    Confidence = [.. report.Outcomes.Select(outcome => outcome.Confidence)],
                    Names = [.. report.ImageNames],
                },
            },
            s_options
        );
    }

    public static EvaluationReport Read(string json, ComponentRegistry? components)
    {
        try
        {
            ReportFile file = JsonSerializer.Deserialize<ReportFile>(JsonText.Bytes(json), s_options)
                ?? throw new LiftPlusException("The report: the JSON is null; an object is needed.");
            if (file.SchemaVersion != ReportFile.CurrentSchema)
                throw new LiftPlusException(
                    $"The report has schema version {file.SchemaVersion}, and this version of LiftPlus reads {ReportFile.CurrentSchema}."
                );
            if (file.Classes.Contains(null) || file.SkippedImages.Contains(null) || file.PerImage.Names.Contains(null))
                throw new LiftPlusException("The report has a null where a class, a skipped image or an image's name is needed.");
            if (file.Seconds is < 0 or > LongestSeconds || file.TrainingSeconds is < 0 or > LongestSeconds)
                throw new LiftPlusException(
                    $"The report says {file.Seconds} seconds and {file.TrainingSeconds} trainingSeconds; "
                        + $"both must be in 0..{LongestSeconds}."
                );
            var classes = new ClassDistribution(file.Classes.Select(row => row.Name), file.Classes.Select(row => row.TrainingImages));
            ImmutableArray<ImageOutcome> outcomes = Outcomes(file.PerImage, classes.ClassCount);
            return new EvaluationReport
            {
                Metrics = ClassificationMetrics.Compute(outcomes, classes),
                Classes = classes,
                Outcomes = outcomes,
                ImageNames = [.. file.PerImage.Names],
                SkippedImages = file.SkippedImages,
                Seconds = file.Seconds,
                TrainingSeconds = file.TrainingSeconds,
                TrainedParameters = file.TrainedParameters,
                Parameters = file.Parameters,
                Environment = file.Environment,
                Recipe = file.Recipe is { ValueKind: not JsonValueKind.Null } recipe
                    ? RecipeJson.Read<FineTuningRecipe>(recipe.GetRawText(), "the report's recipe", components)
                    : null,
            };
        }
        catch (JsonException e)
        {
            string at = e.LineNumber is long line ? $" (line {line + 1}, {e.Path})" : "";
            throw new LiftPlusException($"The report{at}: {e.Message}", e);
        }
        catch (Exception e) when (RecipeJson.IsBadContent(e))
        {
            throw new LiftPlusException($"The report: {e.Message}", e);
        }
    }

    private static ImmutableArray<ImageOutcome> Outcomes(ReportFile.ImageColumns columns, int classes)
    {
        int count = columns.Index.Length;
        if (
            new[] { columns.Label.Length, columns.Predicted.Length, columns.InTopFive.Length, columns.Confidence.Length }.Any(length =>
                length != count
            )
        )
        {
            throw new LiftPlusException(
                $"The report's images have {count} indices, {columns.Label.Length} labels, {columns.Predicted.Length} predictions, "
                    + $"{columns.InTopFive.Length} top-5 marks "
                    + $"and {columns.Confidence.Length} confidences; every image has one of each."
            );
        }

        var outcomes = ImmutableArray.CreateBuilder<ImageOutcome>(count);
        for (int i = 0; i < count; i++)
        {
            (int index, int predicted, float? confidence) = (columns.Index[i], columns.Predicted[i], columns.Confidence[i]);
            if (index < 0 || (columns.Names.Length > 0 && index >= columns.Names.Length))
                throw new LiftPlusException(
                    $"The report's image {i} has the index {index}; it must be 0 or more and, where images have names, "
                        + $"below their number ({columns.Names.Length})."
                );
            if (predicted < -1 || predicted >= classes)
                throw new LiftPlusException(
                    $"The report's image {i} is predicted as {predicted}; there are {classes} classes, and -1 means no prediction."
                );
            if (confidence is not (null or (>= 0 and <= 1)))
                throw new LiftPlusException($"The report's image {i} has the confidence {confidence}; it must be in 0..1.");
            outcomes.Add(new ImageOutcome(index, columns.Label[i], predicted, columns.InTopFive[i], confidence));
        }

        return outcomes.MoveToImmutable();
    }
}
