using System.Text.Json;
using LiftPlus.Files;
using LiftPlus.Models;
using LiftPlus.Recipe;
using LiftPlus.Validation;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Runs;

/// <summary>
/// Represents the state of a run between two steps as one safetensors file: tensors under <c>model.</c>, <c>optimizer.</c>,
/// <c>average.</c>, <c>best.</c> and <c>start.</c>, and in the metadata the state, the identity of the run, and a SHA-256 over all of it.
/// It is one file, so that it is always complete.
/// </summary>
internal sealed class TrainingCheckpoint : IDisposable
{
    public const string ModelPrefix = "model.",
        OptimizerPrefix = "optimizer.",
        AveragePrefix = "average.",
        BestPrefix = "best.",
        StartPrefix = "start.";

    private const int CurrentSchema = 1;
    private const string HeaderKey = "liftplus",
        HashKey = "sha256";

    /// <summary>Gets how identities and states are written as JSON.</summary>
    public static JsonSerializerOptions Json { get; } =
        new(RecipeJson.Options(RecipeJson.BuiltIn())) { WriteIndented = false, RespectRequiredConstructorParameters = true };

    private readonly Safetensors _file;

    private TrainingCheckpoint(Safetensors file, Header header) => (_file, Run, State) = (file, header.Run, header.State);

    public string Path => _file.Path;

    public RunIdentity Run { get; }

    public TrainingState State { get; }

    /// <summary>Returns the tensors under a prefix; the checkpoint owns them.</summary>
    public WeightSource Tensors(string prefix) => _file.Under(prefix);

    /// <summary>Gets the trained tensors of the best epoch's model; null if the run keeps none, or before its first validation.</summary>
    public WeightSource? Best => Tensors(BestPrefix) is { Tensors.Count: > 0 } best ? best : null;

    public static void Write(string path, RunIdentity run, TrainingState state, IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors)
    {
        string header = JsonSerializer.Serialize(new Header(CurrentSchema, run, state), Json);
        using var content = new ContentHash(header);
        foreach ((string name, Tensor tensor) in tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            content.Add(name, tensor);
        Safetensors.Write(
            path,
            tensors,
            new Dictionary<string, string>
            {
                ["format"] = "pt",
                [HeaderKey] = header,
                [HashKey] = content.Value(),
            }
        );
    }

    /// <exception cref="LiftPlusException">The file is missing or damaged, or is not a checkpoint.</exception>
    public static TrainingCheckpoint Open(string path)
    {
        Safetensors file = Safetensors.Open(path);
        try
        {
            if (!file.Metadata.TryGetValue(HeaderKey, out string? header) || !file.Metadata.TryGetValue(HashKey, out string? hash))
                throw new LiftPlusException(
                    $"{path} is not a checkpoint of a LiftPlus run: its metadata lack '{HeaderKey}' or '{HashKey}'."
                );
            using var content = new ContentHash(header);
            content.Add(file);
            if (content.Value() is var found && found != hash)
                throw new LiftPlusException($"{path} is damaged: the SHA-256 of its content is {found}, and it was written with {hash}.");
            return new TrainingCheckpoint(file, Read(path, header));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static Header Read(string path, string json)
    {
        try
        {
            Header? header = JsonSerializer.Deserialize<Header>(JsonText.Bytes(json, mostTokens: RecipeJson.MostTokens), Json);
            OldSpellings.Replace("", header?.Run.Recipe);
            if (header?.SchemaVersion != CurrentSchema)
                throw new LiftPlusException(
                    $"{path} has schema version {header?.SchemaVersion}, and this version of LiftPlus reads {CurrentSchema}."
                );
            if (OptionsValidator.Errors(header) is [string error, ..])
                throw new LiftPlusException($"{path} is not a checkpoint that this version of LiftPlus reads: {error}");
            return header.State.IsSound && header.Run.Train.IsSound && header.Run.Validation is null or { IsSound: true }
                ? header
                : throw new LiftPlusException($"{path} has counts that do not fit together; it was changed after it was written.");
        }
        catch (Exception e) when (e is JsonException || RecipeJson.IsBadContent(e))
        {
            throw new LiftPlusException($"{path} is not a checkpoint that this version of LiftPlus reads: {e.Message}", e);
        }
    }

    private sealed record Header(int SchemaVersion, RunIdentity Run, TrainingState State);
}
