using System.Text.Json;
using LiftPlus.Data;

namespace LiftPlus.Experiments.RealFoundation;

/// <summary>Runs rows of the table on photographs and keeps each result in a file, so that a run that is there is not repeated.</summary>
/// <param name="backbone">The folder of the backbone.</param>
/// <param name="train">The training images.</param>
/// <param name="test">The test images.</param>
/// <param name="output">The folder of the results.</param>
/// <param name="write">Receives a line for each run.</param>
internal sealed class Experiment(string backbone, ImageDataset train, ImageDataset test, string output, Action<string> write)
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Runs a row with a seed, unless its result is there.</summary>
    public RunResult Run(Row row, int seed, CancellationToken cancellationToken = default)
    {
        string file = Path.Combine(output, "runs", $"{row.Name}-{seed}.json");
        if (File.Exists(file))
            return JsonSerializer.Deserialize<RunResult>(File.ReadAllText(file), s_options)!;
        RunResult result = Measure(row, seed, cancellationToken);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file + ".tmp", JsonSerializer.Serialize(result, s_options));
        File.Move(file + ".tmp", file, overwrite: true);
        write(Describe(result));
        return result;
    }

    /// <summary>Writes all results as one file.</summary>
    public void Write(IEnumerable<RunResult> results) =>
        File.WriteAllText(Path.Combine(output, "results.json"), JsonSerializer.Serialize(results, s_options));

    private static string Describe(RunResult result) =>
        $"{result.Row}, seed {result.Seed}: overall {result.Overall:0.0}, many {result.Many:0.0}, medium {result.Medium:0.0}, "
        + $"few {result.Few:0.0}; five crops {result.FiveCrops:0.0}, few {result.FiveCropsFew:0.0}; "
        + (result.FewShotDivergence is double divergence ? $"divergence {divergence:0.0} %; " : "")
        + $"{result.TrainedParameters:N0} trained, {result.TrainingSeconds:0} s";

    private RunResult Measure(Row row, int seed, CancellationToken cancellationToken)
    {
        ImageDataset images = row.ImagesPerClass is int most ? train.AtMost(most) : train;
        using FineTunedModel model = row.CreateTuner(backbone, seed).Fit(images, cancellationToken: cancellationToken);
        EvaluationReport plain = model.Evaluate(test, cancellationToken: cancellationToken);
        double? divergence = row.Diagnostic ? Divergence() : null;
        model.Inference = model.Inference with { TestTimeEnsemble = true };
        EvaluationReport? crops = row.FiveCrops ? model.Evaluate(test, cancellationToken: cancellationToken) : null;
        return new RunResult
        {
            Row = row.Name,
            Seed = seed,
            Overall = plain.Metrics.Overall,
            Many = plain.Metrics.Many,
            Medium = plain.Metrics.Medium,
            Few = plain.Metrics.Few,
            FiveCrops = crops?.Metrics.Overall,
            FiveCropsFew = crops?.Metrics.Few,
            TrainedParameters = model.TrainedParameterCount,
            FewShotDivergence = 100 * divergence,
            TrainingSeconds = plain.TrainingSeconds ?? 0,
            Environment = plain.Environment,
        };

        double? Divergence() =>
            FeatureDiagnostic.Measure(model, images, test, cancellationToken: cancellationToken).GetDistances(ShotGroup.Few)?.Divergence;
    }
}
