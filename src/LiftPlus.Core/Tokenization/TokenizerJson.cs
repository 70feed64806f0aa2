using System.Text.Json;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Tokenization;

/// <summary>
/// Reads a byte-pair vocabulary from tokenizer.json, the one file of Hugging Face's tokenizers library. Its own description of cleaning and
/// splitting is not followed but compared with CLIP's.
/// </summary>
internal static class TokenizerJson
{
    public const string FileName = "tokenizer.json";

    /// <summary>Returns why a file is not a vocabulary of CLIP's kind; null if it is one.</summary>
    /// <exception cref="LiftPlusException">The file is damaged.</exception>
    public static string? WhyOther(JsonFile file)
    {
        JsonFile? model = file.Section("model");
        string? suffix = model?.Text("end_of_word_suffix");
        return model?.Text("type") is string type and not "BPE" ? $"its model is '{MessageText.Shorten(type)}' and not BPE"
            : model?.Section("vocab") is null || !model.Has("merges") ? "it has no BPE model with 'vocab' and 'merges'"
            : suffix != ClipVocabulary.WordEnd
                ? $"its 'end_of_word_suffix' is '{MessageText.Shorten(suffix ?? "")}' and not '{ClipVocabulary.WordEnd}'"
            : model.Text("continuing_subword_prefix") is { Length: > 0 } prefix
                ? $"its 'continuing_subword_prefix' is '{MessageText.Shorten(prefix)}'"
            : model.Flag("byte_fallback") == true ? "it falls back to bytes"
            : file.Section("normalizer") is JsonFile normalizer && !Lowers(normalizer) ? "its normalizer keeps capital letters"
            : null;
    }

    /// <summary>Gets the tokens and their numbers, including those that were added to the model's, in the order of the file.</summary>
    public static IEnumerable<(string Token, JsonElement Id)> Tokens(JsonFile file)
    {
        JsonFile vocabulary = file.Section("model")!.Section("vocab")!;
        HashSet<string> known = [];
        foreach ((string token, JsonElement id) in vocabulary.Entries)
        {
            known.Add(token);
            yield return (token, id);
        }

        foreach (JsonElement added in file.Items("added_tokens") ?? [])
        {
            if (
                added.ValueKind == JsonValueKind.Object
                && added.TryGetProperty("content", out JsonElement content)
                && content.ValueKind == JsonValueKind.String
                && added.TryGetProperty("id", out JsonElement id)
                && known.Add(content.GetString()!)
            )
                yield return (content.GetString()!, id);
        }
    }

    /// <summary>Gets the pairs of tokens in order, each as two tokens: older files write them with a space between.</summary>
    /// <exception cref="LiftPlusException">There is no list of them.</exception>
    public static IEnumerable<string[]> Merges(JsonFile file)
    {
        IReadOnlyList<JsonElement> merges = file.Section("model")?.Items("merges")
            ?? throw new LiftPlusException($"{file.Path}: the model has no list 'merges'. Fetch the file again.");
        return merges.Select(merge =>
            merge.ValueKind switch
            {
                JsonValueKind.String => merge.GetString()!.Split(' '),
                JsonValueKind.Array =>
                [
                    .. merge.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.String ? part.GetString()! : ""),
                ],
                _ => [],
            }
        );
    }

    private static bool Lowers(JsonFile normalizer) =>
        normalizer.Text("type") == "Lowercase"
        || (normalizer.Items("normalizers") ?? []).Any(part =>
            part.ValueKind == JsonValueKind.Object
            && part.TryGetProperty("type", out JsonElement type)
            && type.ValueKind == JsonValueKind.String
            && type.ValueEquals("Lowercase")
        );
}
