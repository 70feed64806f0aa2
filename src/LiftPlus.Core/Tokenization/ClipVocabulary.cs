using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiftPlus.Files;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Tokenization;

/// <summary>
/// Represents CLIP's tokens and merges, from the two files of a Hugging Face folder, its tokenizer.json, or OpenAI's single list of merges.
/// </summary>
internal sealed class ClipVocabulary
{
    /// <summary>Marks the last part of a word.</summary>
    public const string WordEnd = "</w>";

    private const string TokensFile = "vocab.json",
        MergesFile = "merges.txt",
        PublishedFile = "bpe_simple_vocab_16e6.txt.gz";
    private const int PublishedMerges = 49152 - 256 - 2; // of the 262,144 in the list, CLIP uses the first
    private const int MaxLength = 1 << 25,
        MaxTokens = 1 << 20;

    private ClipVocabulary(string tokensPath, Dictionary<string, int> tokens, List<string> merges, string[] files)
    {
        (Tokens, Merges, Files) = (tokens, merges, files);
        Start = Special(tokensPath, ClipPreTokenizer.Start);
        End = Special(tokensPath, ClipPreTokenizer.End);
        if (End != tokens.Count - 1)
            throw new LiftPlusException(
                $"{tokensPath}: '{ClipPreTokenizer.End}' is token {End}; CLIP needs it to be the largest, {tokens.Count - 1}."
            );
    }

    public Dictionary<string, int> Tokens { get; }

    /// <summary>Gets the pairs of tokens, separated by a space; earlier pairs are merged first.</summary>
    public List<string> Merges { get; }

    public string[] Files { get; }

    public int Start { get; }

    public int End { get; }

    /// <summary>Computes the SHA-256 of tokens and merges in order, in lower-case hexadecimal.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string line in Tokens.OrderBy(entry => entry.Value).Select(entry => entry.Key).Concat(Merges))
            hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Returns why a folder gives no vocabulary, as the beginning of a sentence; null if it gives one.</summary>
    public static string? WhyUnusable(string folder)
    {
        if (HasPair(folder) || File.Exists(Path.Combine(folder, PublishedFile)))
            return null;
        string path = Path.Combine(folder, TokenizerJson.FileName);
        if (!File.Exists(path))
            return $"There is no vocabulary beside the weights ({TokensFile} and {MergesFile}, or {TokenizerJson.FileName})";
        return TokenizerJson.WhyOther(JsonFile.Open(path)) is string reason ? $"{path} is not a vocabulary of CLIP: {reason}" : null;
    }

    private static bool HasPair(string folder) =>
        File.Exists(Path.Combine(folder, TokensFile)) && File.Exists(Path.Combine(folder, MergesFile));

    public static ClipVocabulary Load(string folder)
    {
        string tokensPath = Path.Combine(folder, TokensFile),
            mergesPath = Path.Combine(folder, MergesFile),
            published = Path.Combine(folder, PublishedFile);
        string whole = Path.Combine(folder, TokenizerJson.FileName);
        if (!HasPair(folder) && File.Exists(whole))
            return LoadWhole(whole);
        if (!File.Exists(tokensPath) && File.Exists(published))
        {
            List<string> list = ReadMerges(published, null);
            return new ClipVocabulary(published, PublishedTokens(published, list), list, [published]);
        }

        Dictionary<string, int> tokens = ReadTokens(tokensPath, JsonFile.Open(tokensPath).Entries);
        return new ClipVocabulary(tokensPath, tokens, ReadMerges(mergesPath, tokens), [tokensPath, mergesPath]);
    }

    private static ClipVocabulary LoadWhole(string path)
    {
        JsonFile file = JsonFile.Open(path);
        if (TokenizerJson.WhyOther(file) is string reason)
            throw new LiftPlusException($"{path}: this is not a vocabulary of CLIP: {reason}. Use the tokenizer of the model.");
        Dictionary<string, int> tokens = ReadTokens(path, TokenizerJson.Tokens(file));
        List<string> merges = [];
        foreach (string[] pair in TokenizerJson.Merges(file))
        {
            if (!IsPair(pair, tokens))
                throw new LiftPlusException(
                    $"{path}: merge {merges.Count + 1}, '{MessageText.Shorten(string.Join(' ', pair))}', is not a pair of tokens that "
                        + "join to a token of the vocabulary. Fetch the file again."
                );
            merges.Add($"{pair[0]} {pair[1]}");
        }

        return new ClipVocabulary(path, tokens, merges, [path]);
    }

    private static bool IsPair(string[] pair, Dictionary<string, int>? tokens) =>
        pair is [{ Length: > 0 } left, { Length: > 0 } right]
        && (tokens is null || (tokens.ContainsKey(left) && tokens.ContainsKey(right) && tokens.ContainsKey(left + right)));

    // The 256 bytes, the same at a word's end, what the merges make in their order, and the two marks.
    private static Dictionary<string, int> PublishedTokens(string path, List<string> merges)
    {
        string[] bytes = [.. ByteCharacters().Select(c => c.ToString())];
        Dictionary<string, int> tokens = [];
        foreach (
            string token in bytes
                .Concat(bytes.Select(b => b + WordEnd))
                .Concat(merges.Select(merge => merge.Replace(" ", "")))
                .Append(ClipPreTokenizer.Start)
                .Append(ClipPreTokenizer.End)
        )
        {
            if (!tokens.TryAdd(token, tokens.Count))
                throw new LiftPlusException($"{path}: two merges make the token '{token}'. Fetch the file again.");
        }

        return tokens;
    }

    // A byte is written as itself where that is a visible Latin-1 character, the others as the characters from U+0100 on.
    private static IEnumerable<char> ByteCharacters()
    {
        char[] visible =
        [
            .. Enumerable
                .Range(0, 256)
                .Select(code => (char)code)
                .Where(c => c is (>= '!' and <= '~') or (>= '\u00a1' and <= '\u00ac') or >= '\u00ae'),
        ];
        return visible.Concat(Enumerable.Range(256, 256 - visible.Length).Select(code => (char)code));
    }

    private static Dictionary<string, int> ReadTokens(string path, IEnumerable<(string Token, JsonElement Value)> entries)
    {
        Dictionary<string, int> tokens = [];
        HashSet<int> ids = [];
        foreach ((string token, JsonElement value) in entries)
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int id) || id is < 0 or >= MaxTokens)
                throw new LiftPlusException(
                    $"{path}: token '{MessageText.Shorten(token)}' should have a number from 0 to {MaxTokens - 1}. Fetch the file again."
                );
            if (!tokens.TryAdd(token, id) || !ids.Add(id))
                throw new LiftPlusException(
                    $"{path}: token '{MessageText.Shorten(token)}' or its number {id} occurs twice. Fetch the file again."
                );
        }

        if (ids.Count == 0 || ids.Max() != ids.Count - 1)
            throw new LiftPlusException(
                $"{path}: {ids.Count} tokens should be numbered from 0 to {ids.Count - 1} without a gap. Fetch the file again."
            );
        return tokens;
    }

    private static List<string> ReadMerges(string path, Dictionary<string, int>? tokens)
    {
        List<string> merges = [];
        HashSet<string> unique = [];
        int number = 0;
        foreach (string line in ReadText(path).Split('\n').Select(line => line.TrimEnd('\r')))
        {
            number++;
            if (line.Length == 0 || (number == 1 && line.Contains("#version")))
                continue;
            if (tokens is null && merges.Count == PublishedMerges)
                break;
            if (!IsPair(line.Split(' '), tokens))
            {
                throw new LiftPlusException(
                    $"{path}, line {number}: '{MessageText.Shorten(line)}' is not a pair of tokens that join to a token of "
                        + $"the vocabulary. Use the {TokensFile} and {MergesFile} of one model."
                );
            }

            if (!unique.Add(line))
                throw new LiftPlusException(
                    $"{path}, line {number}: the merge '{MessageText.Shorten(line)}' occurs twice. Fetch the file again."
                );
            merges.Add(line);
        }

        return merges;
    }

    private static string ReadText(string path)
    {
        try
        {
            using var file = new FileStream(RegularFile.Open(path), FileAccess.Read);
            using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
            byte[] bytes = GC.AllocateUninitializedArray<byte>(MaxLength); // untouched pages cost nothing
            int length = plain.ReadAtLeast(bytes, MaxLength, throwOnEndOfStream: false);
            return length < MaxLength
                ? Encoding.UTF8.GetString(bytes, 0, length)
                : throw new LiftPlusException($"{path}: the file has {MaxLength} bytes or more. This is not a list of merges.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new LiftPlusException(
                $"{path}: the file cannot be read ({e.Message}). Put {TokensFile} and {MergesFile} of the model into this folder.",
                e
            );
        }
    }

    private int Special(string path, string token) =>
        Tokens.TryGetValue(token, out int id)
            ? id
            : throw new LiftPlusException($"{path}: token '{token}' is missing, so this is not a vocabulary of CLIP.");
}
