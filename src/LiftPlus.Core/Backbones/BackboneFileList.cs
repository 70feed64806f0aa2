using System.Text.Json;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones;

/// <summary>
/// Lists the files of a folder that <see cref="Backbone.Load"/> reads, which are the ones to download from a remote folder.
/// </summary>
internal static class BackboneFileList
{
    private const string IndexEnding = ".index.json";
    private static readonly string[] s_beside =
    [
        "config.json",
        "open_clip_config.json",
        "preprocessor_config.json",
        "processor_config.json",
        "vocab.json",
        "merges.txt",
        "bpe_simple_vocab_16e6.txt.gz",
        "spiece.model",
        "tokenizer.model",
    ];
    private static readonly string[] s_sentencePieces = ["spiece.model", "tokenizer.model"];

    /// <summary>Returns the needed files of a folder: descriptions and vocabulary, then the weight file or the index of several.</summary>
    /// <param name="names">The names of all files in the folder, without paths.</param>
    /// <returns>The names; empty if the folder contains no weights under a known name.</returns>
    public static IReadOnlyList<string> Needed(IReadOnlyCollection<string> names) =>
        BackboneFiles.WeightNames.FirstOrDefault(names.Contains) is not string weights ? []
        : names.Contains("vocab.json") && names.Contains("merges.txt") || s_sentencePieces.Any(names.Contains)
            ? [.. s_beside.Where(names.Contains), weights]
        : [.. s_beside.Append("tokenizer.json").Where(names.Contains), weights];

    /// <summary>Returns whether a weight file is the index of several, which <see cref="Shards"/> returns.</summary>
    public static bool IsIndex(string name) => name.EndsWith(IndexEnding, StringComparison.Ordinal);

    /// <summary>Returns the files that an index of weight files names. They are in the same folder.</summary>
    /// <param name="index">The path of the index.</param>
    /// <exception cref="LiftPlusException">The index is damaged, or names a file of another folder or of another kind.</exception>
    public static IReadOnlyList<string> Shards(string index)
    {
        JsonFile map = JsonFile.Open(index).Section("weight_map")
            ?? throw new LiftPlusException($"{index}: there is no 'weight_map'. Fetch the file again.");
        string ending = Path.GetExtension(index[..^IndexEnding.Length]); // "model.safetensors.index.json" lists .safetensors files
        HashSet<string> shards = [];
        foreach ((string tensor, JsonElement file) in map.Entries)
        {
            string name = file.ValueKind == JsonValueKind.String ? file.GetString()! : "";
            if (
                !name.EndsWith(ending, StringComparison.Ordinal)
                || name.StartsWith('.')
                || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            )
                throw new LiftPlusException(
                    $"{index}: its weight_map's entry '{tensor}' names '{name}', which is not a {ending} file in the same folder."
                );
            shards.Add(name);
        }

        return [.. shards.Order(StringComparer.Ordinal)];
    }
}
