using System.Text.Json.Nodes;

namespace LiftPlus.Core.Tests.Tokenization;

/// <summary>Makes small tokenizer.json files laid out as SigLIP's and SigLIP 2's.</summary>
internal static class TinySentencePieces
{
    /// <summary>Unigram: 0 is padding, 1 the end, 2 unknown.</summary>
    public static string Unigram =>
        new JsonObject
        {
            ["added_tokens"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = 0,
                    ["content"] = "<pad>",
                    ["special"] = true,
                }
            ),
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = 2,
                ["vocab"] = Scores(
                    ("<pad>", 0),
                    ("</s>", 0),
                    ("<unk>", 0),
                    ("▁a", -1),
                    ("▁cat", -2),
                    ("▁", -3),
                    ("c", -4),
                    ("a", -4),
                    ("t", -4)
                ),
            },
        }.ToJsonString();

    /// <summary>
    /// Byte pairs: 0 is padding, 1 the end, 2 the start, 3 unknown, then 256 bytes, then 260 "▁", "a", "c", "t", "ca", "cat", "▁cat".
    /// </summary>
    public static string BytePairs
    {
        get
        {
            JsonObject vocabulary = [];
            string[] pieces =
            [
                "<pad>",
                "<eos>",
                "<bos>",
                "<unk>",
                .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"),
                "▁",
                "a",
                "c",
                "t",
                "ca",
                "cat",
                "▁cat",
            ];
            foreach ((int id, string piece) in pieces.Index())
                vocabulary[piece] = id;
            return new JsonObject
            {
                ["added_tokens"] = new JsonArray([
                    .. pieces
                        .Take(3)
                        .Select(
                            (piece, id) =>
                                new JsonObject
                                {
                                    ["id"] = id,
                                    ["content"] = piece,
                                    ["special"] = true,
                                }
                        ),
                ]),
                ["model"] = new JsonObject
                {
                    ["type"] = "BPE",
                    ["byte_fallback"] = true,
                    ["vocab"] = vocabulary,
                    ["merges"] = new JsonArray(Pair("c", "a"), Pair("ca", "t"), Pair("▁", "cat")),
                },
            }.ToJsonString();
        }
    }

    private static JsonArray Pair(string left, string right) => new(left, right);

    private static JsonArray Scores(params (string Piece, double Score)[] pieces) =>
        new([.. pieces.Select(piece => new JsonArray(piece.Piece, piece.Score))]);
}
