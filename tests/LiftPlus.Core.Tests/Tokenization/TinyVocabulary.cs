using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Tokenization;

namespace LiftPlus.Core.Tests;

/// <summary>A byte-pair vocabulary small enough to reason about: all bytes, all bytes at a word's end, and a few merges.</summary>
internal static class TinyVocabulary
{
    public static readonly string[] Merges = ["c a", "ca t</w>", "d o", "do g</w>", "i n", "in g</w>", "' s</w>"];

    public static int End => 512 + Merges.Length + 1;

    public static ClipTokenizer Write(TemporaryFolder folder, int contextLength = 9)
    {
        folder.Write(
            "vocab.json",
            JsonSerializer.Serialize(Tokens().Select((token, id) => (token, id)).ToDictionary(t => t.token, t => t.id))
        );
        folder.Write("merges.txt", "#version: 0.2\n" + string.Join('\n', Merges) + "\n");
        return ClipTokenizer.Load(folder.Path, contextLength);
    }

    /// <summary>The same vocabulary as one file of Hugging Face's tokenizers library.</summary>
    public static JsonObject Whole(bool mergesAreArrays) =>
        new()
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = End - 1,
                    ["content"] = "<|startoftext|>",
                    ["special"] = true,
                },
                new JsonObject
                {
                    ["id"] = End,
                    ["content"] = "<|endoftext|>",
                    ["special"] = true,
                }
            ),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(new JsonObject { ["type"] = "NFC" }, new JsonObject { ["type"] = "Lowercase" }),
            },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = "<|endoftext|>",
                ["continuing_subword_prefix"] = "",
                ["end_of_word_suffix"] = "</w>",
                ["vocab"] = new JsonObject(Tokens().SkipLast(2).Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
                ["merges"] = new JsonArray([
                    .. Merges.Select(merge =>
                        mergesAreArrays ? (JsonNode)new JsonArray([.. merge.Split(' ').Select(part => (JsonNode)part)]) : merge
                    ),
                ]),
            },
        };

    /// <summary>The number of a token, for example "cat&lt;/w&gt;".</summary>
    public static int Id(string token) => Tokens().IndexOf(token);

    // Bytes are written as printable characters: those that are printable stand for themselves, the others follow from U+0100 on.
    private static List<string> Tokens()
    {
        char[] printable =
        [
            .. Enumerable.Range('!', 94).Concat(Enumerable.Range(0xA1, 12)).Concat(Enumerable.Range(0xAE, 82)).Select(code => (char)code),
        ];
        string[] bytes =
        [
            .. printable.Concat(Enumerable.Range(0x100, 256 - printable.Length).Select(code => (char)code)).Select(c => c.ToString()),
        ];
        return
        [
            .. bytes,
            .. bytes.Select(b => b + "</w>"),
            .. Merges.Select(merge => merge.Replace(" ", "")),
            "<|startoftext|>",
            "<|endoftext|>",
        ];
    }
}
