using System.Text;
using System.Text.Json.Nodes;
using LiftPlus.Core.Tests.Tokenization;
using LiftPlus.Tokenization;
using LiftPlus.Weights;

namespace LiftPlus.Fuzz.Doors;

/// <summary>Vocabularies of SigLIP: SentencePiece models, and tokenizer.json.</summary>
internal static class TokenizerDoors
{
    private static readonly string[] s_messages = ["/1", "/2", "/3"]; // pieces, the trainer's settings, the normalizer's

    private static readonly string[] s_modelTokens =
    [
        "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
        "\u00c0\u0002\u0000",
        "\u00ca\u0002\u0000",
        "\u0018\u0002",
        "\u0018\u0006",
        "\n\u0000",
        "\u0012\u0004\u0000\u0000\u0000\u0000",
    ];

    private static readonly string[] s_jsonTokens =
    [
        "\"unk_id\":-1,",
        "\"type\":\"BPE\",",
        "\"type\":\"Unigram\",",
        "\"byte_fallback\":true,",
        "\"merges\":[],",
        "[\"\",0],",
        "[\"a\",1e999],",
        "\"precompiled_charsmap\":\"AAAAAAAAAAA=\",",
        "\\ud800",
        "null",
    ];

    public static IEnumerable<Door> Create(string folder)
    {
        yield return Model(folder, "spiece.model", [TinySentencePieces.Unigram, WithCharacterMap()]);
        yield return Model(folder, "tokenizer.model", [TinySentencePieces.BytePairs]);
        yield return Json(folder, "unigram", [TinySentencePieces.Unigram, WithCharacterMap()]);
        yield return Json(folder, "byte-pairs", [TinySentencePieces.BytePairs]);
    }

    private static Door Model(string folder, string name, string[] vocabularies)
    {
        string place = Path.Combine(folder, $"sentences-{name}");
        return new Door
        {
            Name = name,
            Tokens = s_modelTokens,
            MakeSeeds = () => [.. vocabularies.Select(vocabulary => ToModel(place, vocabulary))],
            Damage = (model, random) => ProtobufMutator.Mutate(model, s_messages.Contains, random),
            Try = input => Encode(DoorTable.Write(place, name, input)),
        };
    }

    private static Door Json(string folder, string name, string[] vocabularies) =>
        new()
        {
            Name = $"sentences-{name}",
            Share = 4,
            IsJson = true,
            Tokens = s_jsonTokens,
            MakeSeeds = () => [.. vocabularies.Select(Encoding.UTF8.GetBytes)],
            Try = input => Encode(DoorTable.Write(Path.Combine(folder, $"sentences-{name}"), TokenizerJson.FileName, input)),
        };

    private static void Encode(string file) =>
        SiglipTokenizer
            .Load(Path.GetDirectoryName(file)!, 8, isOpenClip: false, truncates: true)
            .Encode("a cat \u0416\u0416! \u2460 \ud83d\ude00");

    private static byte[] ToModel(string place, string vocabulary)
    {
        string file = DoorTable.Write(Path.Combine(place, "json"), TokenizerJson.FileName, Encoding.UTF8.GetBytes(vocabulary));
        return SentencePieceJson.ToModel(JsonFile.Open(file));
    }

    // A trie of 256 places that finds nothing, and what it would replace.
    private static string WithCharacterMap()
    {
        const int Places = 256;
        byte[] map = [.. BitConverter.GetBytes(Places * sizeof(int)), .. new byte[Places * sizeof(int)], .. "a\0cat\0"u8];
        JsonNode vocabulary = JsonNode.Parse(TinySentencePieces.Unigram)!;
        vocabulary["normalizer"] = new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(map) };
        return vocabulary.ToJsonString();
    }
}
