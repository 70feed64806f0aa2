using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Tokenization;

/// <summary>
/// Makes a SentencePiece model of tokenizer.json, the one file of Hugging Face's tokenizers library: pieces with scores (unigram), or with
/// scores that give the order of merges (byte pairs).
/// </summary>
internal static class SentencePieceJson
{
    private const int Normal = 1,
        Unknown = 2,
        Control = 3,
        Byte = 6;
    private const int MaxPieces = 1 << 21;

    /// <exception cref="LiftPlusException">The file is damaged or of another kind.</exception>
    public static byte[] ToModel(JsonFile file)
    {
        JsonFile model = file.Section("model") ?? throw Wrong(file, "it has no model");
        string kind = model.Text("type") ?? (model.Has("merges") ? "BPE" : "Unigram");
        bool isUnigram = kind == "Unigram";
        if (!isUnigram && (kind != "BPE" || model.Flag("byte_fallback") != true))
            throw Wrong(file, $"its model is '{MessageText.Shorten(kind)}' without bytes for what is unknown");
        (string Text, float Score)[] pieces = [.. isUnigram ? Scored(file, model) : Ranked(file, model)];
        HashSet<string> special = [.. Special(file)];
        int unknown = isUnigram ? (int)(model.Number("unk_id") ?? -1) : Array.FindIndex(pieces, piece => piece.Text == "<unk>");
        int end = Array.FindIndex(pieces, piece => piece.Text is "</s>" or "<eos>");
        if (unknown < 0 || unknown >= pieces.Length || end < 0)
            throw Wrong(file, "it has no unknown token or no end token ('</s>' or '<eos>')");
        ProtobufWriter result = new();
        foreach ((int id, (string text, float score)) in pieces.Index())
        {
            int type =
                id == unknown ? Unknown
                : id == end || special.Contains(text) ? Control
                : !isUnigram && IsByte(text) ? Byte
                : Normal;
            result.Message(
                SentencePieceFields.Piece,
                new ProtobufWriter()
                    .Text(SentencePieceFields.PieceText, Encoding.UTF8.GetBytes(text))
                    .Float(SentencePieceFields.PieceScore, score)
                    .Number(SentencePieceFields.PieceType, type)
            );
        }

        result.Message(
            SentencePieceFields.Trainer,
            new ProtobufWriter()
                .Number(SentencePieceFields.ModelType, isUnigram ? 1 : 2)
                .Number(SentencePieceFields.ByteFallback, isUnigram ? 0 : 1)
                .Number(SentencePieceFields.UnknownId, unknown)
                .Number(SentencePieceFields.StartId, unknown)
                .Number(SentencePieceFields.EndId, end)
        );
        result.Message(SentencePieceFields.Normalizer, Normalizer(file, isUnigram));
        return result.ToArray();
    }

    private static ProtobufWriter Normalizer(JsonFile file, bool isUnigram)
    {
        byte[]? map = CharacterMap(file.Section("normalizer"));
        ProtobufWriter normalizer = new();
        if (map is not null)
            normalizer.Text(SentencePieceFields.CharacterMap, map);
        return normalizer
            .Number(SentencePieceFields.AddsDummyPrefix, isUnigram ? 1 : 0)
            .Number(SentencePieceFields.RemovesExtraSpaces, isUnigram ? 1 : 0)
            .Number(SentencePieceFields.EscapesSpaces, 1);
    }

    // Of a "Precompiled" normalizer, alone or in a sequence.
    private static byte[]? CharacterMap(JsonFile? normalizer)
    {
        if (normalizer is null)
            return null;
        string? text = normalizer.Text("precompiled_charsmap")
            ?? (normalizer.Items("normalizers") ?? [])
                .Where(part => part.ValueKind == JsonValueKind.Object)
                .Select(part =>
                    part.TryGetProperty("precompiled_charsmap", out JsonElement map) && map.ValueKind == JsonValueKind.String
                        ? map.GetString()
                        : null
                )
                .FirstOrDefault(map => map is not null);
        try
        {
            return text is null ? null : Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new LiftPlusException($"{normalizer.Path}: 'precompiled_charsmap' is not base64. Fetch the file again.", e);
        }
    }

    private static IEnumerable<(string, float)> Scored(JsonFile file, JsonFile model)
    {
        IReadOnlyList<JsonElement> vocabulary = model.Items("vocab") ?? throw Wrong(file, "it has no 'vocab'");
        if (vocabulary.Count > MaxPieces)
            throw Wrong(file, $"it has {vocabulary.Count} pieces");
        foreach (JsonElement entry in vocabulary)
        {
            if (
                entry.ValueKind != JsonValueKind.Array
                || entry.GetArrayLength() != 2
                || entry[0].ValueKind != JsonValueKind.String
                || entry[1].ValueKind != JsonValueKind.Number
                || !entry[1].TryGetSingle(out float score)
            )
                throw Wrong(file, "a piece of 'vocab' is not a text and a score");
            yield return (entry[0].GetString()!, score);
        }
    }

    // The score of a piece is minus the place of the first merge that makes it.
    private static IEnumerable<(string, float)> Ranked(JsonFile file, JsonFile model)
    {
        Dictionary<string, float> scores = [];
        foreach ((int rank, string[] pair) in TokenizerJson.Merges(file).Index())
            scores.TryAdd(string.Concat(pair), -rank);
        JsonFile vocabulary = model.Section("vocab") ?? throw Wrong(file, "it has no 'vocab'");
        Dictionary<int, string> pieces = [];
        foreach ((string text, JsonElement value) in vocabulary.Entries)
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int id) || id < 0 || id >= MaxPieces)
                throw Wrong(file, $"the number of '{MessageText.Shorten(text)}' is {MessageText.Shorten(value.GetRawText())}");
            pieces[id] = text;
        }

        float last = -scores.Count;
        for (int id = 0; id < pieces.Count; id++)
        {
            string text = pieces.GetValueOrDefault(id) ?? throw Wrong(file, $"no piece has the number {id}");
            yield return (text, scores.GetValueOrDefault(text, last));
        }
    }

    private static IEnumerable<string> Special(JsonFile file) =>
        (file.Items("added_tokens") ?? [])
            .Where(token =>
                token.ValueKind == JsonValueKind.Object
                && token.TryGetProperty("special", out JsonElement special)
                && special.ValueKind == JsonValueKind.True
                && token.TryGetProperty("content", out JsonElement content)
                && content.ValueKind == JsonValueKind.String
            )
            .Select(token => token.GetProperty("content").GetString()!);

    private static bool IsByte(string text) =>
        text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>' && char.IsAsciiHexDigit(text[3]);

    private static LiftPlusException Wrong(JsonFile file, string problem) =>
        new($"{file.Path}: this is not a vocabulary of SigLIP: {problem}. Fetch the file again, or use the tokenizer of the model.");

    /// <summary>Writes a protobuf message.</summary>
    private sealed class ProtobufWriter
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

        public ProtobufWriter Number(int field, int value) => Tag(field, 0).Variable((ulong)value);

        public ProtobufWriter Float(int field, float value)
        {
            Tag(field, 5);
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            _bytes.Write(bytes);
            return this;
        }

        public ProtobufWriter Text(int field, byte[] value)
        {
            Tag(field, 2).Variable((ulong)value.Length);
            _bytes.Write(value);
            return this;
        }

        public ProtobufWriter Message(int field, ProtobufWriter message) => Text(field, message.ToArray());

        private ProtobufWriter Tag(int field, uint kind) => Variable(((ulong)field << 3) | kind);

        private ProtobufWriter Variable(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                _bytes.Write([(byte)(value | 0x80)]);
            _bytes.Write([(byte)value]);
            return this;
        }
    }
}
