using System.Text.Json;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones;

/// <summary>Which files of a folder <see cref="Backbone.Load"/> reads: what has to be fetched of a folder that lies elsewhere.</summary>
public static class BackboneFileList
{
    private const string IndexEnding = ".index.json";
    private static readonly string[] s_beside =
    [
        "config.json",
        "open_clip_config.json",
        "preprocessor_config.json",
        "vocab.json",
        "merges.txt",
        "bpe_simple_vocab_16e6.txt.gz",
    ];

    /// <summary>The needed ones among a folder's files: descriptions and vocabulary, and last the weight file or the index of several.</summary>
    /// <param name="names">The names of all files in the folder, without paths.</param>
    /// <returns>Names, or nothing where there are no weights under a name that is known.</returns>
    public static IReadOnlyList<string> Needed(IReadOnlyCollection<string> names) =>
        BackboneFiles.WeightNames.FirstOrDefault(names.Contains) is string weights ? [.. s_beside.Where(names.Contains), weights] : [];

    /// <summary>Whether a weight file is the index of several, which <see cref="Shards"/> names.</summary>
    public static bool IsIndex(string name) => name.EndsWith(IndexEnding, StringComparison.Ordinal);

    /// <summary>The files that an index of weight files names, which lie beside it.</summary>
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
                    $"{index}: the weight_map's entry '{tensor}' names '{name}', which is no {ending} file of the same folder."
                );
            shards.Add(name);
        }

        return [.. shards.Order(StringComparer.Ordinal)];
    }
}
