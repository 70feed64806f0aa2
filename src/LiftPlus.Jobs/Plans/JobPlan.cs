using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using LiftPlus.Data;
using LiftPlus.Files;
using LiftPlus.Validation;

namespace LiftPlus.Plans;

/// <summary>Represents a plan whose values have been checked.</summary>
/// <param name="Root">The folder that relative paths start from.</param>
/// <param name="Model">The file or folder of the model, or null.</param>
/// <param name="ModelSha256">Its SHA-256, or null.</param>
/// <param name="Prediction">What is written for each image.</param>
/// <param name="Shards">The shards.</param>
/// <param name="Sha256">The SHA-256 of plan.json, by which records know their plan.</param>
internal sealed record JobPlan(
    string Root,
    string? Model,
    string? ModelSha256,
    PredictionOptions Prediction,
    ImmutableArray<PlannedShard> Shards,
    string Sha256
)
{
    public const string FileName = "plan.json",
        ListName = "images.txt";
    private const long MostBytes = 1L << 28;

    /// <summary>Reads the plan of a job.</summary>
    /// <exception cref="LiftPlusException">The plan is missing or damaged.</exception>
    public static JobPlan Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        byte[] bytes = TextFile.Read(path, "plan", file => RegularFile.ReadBytes(file, MostBytes));
        try
        {
            JsonText.Check(bytes);
            PlanFile file = JsonSerializer.Deserialize<PlanFile>(bytes, PlanFile.Json) ?? throw new JsonException("it is null");
            return Check(file, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
        catch (JsonException e)
        {
            throw new LiftPlusException($"The plan '{path}' is damaged: {e.Message} Plan the job again in a new folder.", e);
        }
    }

    private static JobPlan Check(PlanFile file, string sha256)
    {
        if ((file.Format, file.Version) != (PlanFile.TheFormat, PlanFile.TheVersion))
            throw new JsonException(
                $"it has the format '{file.Format}' {file.Version}, and this version reads '{PlanFile.TheFormat}' {PlanFile.TheVersion}."
            );
        PredictionOptions prediction = new()
        {
            Top = file.Top,
            Probabilities = file.Probabilities,
            Features = file.Features,
            KeepErrors = true,
            Limits = new ImageLimits
            {
                MaxEncodedBytes = file.MaxEncodedBytes,
                MaxPixels = file.MaxPixels,
                TimeLimit = file.TimeLimit,
            },
        };
        if (OptionsValidator.Errors(prediction) is [string error, ..])
            throw new JsonException(error);
        if (file.Shards.IsDefaultOrEmpty)
            throw new JsonException("it has no shards.");
        foreach ((int i, PlannedShard? shard) in file.Shards.Index())
        {
            if ((shard is null ? "it is null" : shard.FindError()) is string problem)
                throw new JsonException($"shard {i}: {problem}.");
        }

        if (file.Model is null != file.ModelSha256 is null)
            throw new JsonException("it has a model without a SHA-256, or a SHA-256 without a model.");
        return new JobPlan(file.Root, file.Model, file.ModelSha256, prediction, file.Shards, sha256);
    }
}
