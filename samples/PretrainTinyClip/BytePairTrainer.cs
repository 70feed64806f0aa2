using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LiftPlus.Samples.Pretraining;

/// <summary>
/// Learns CLIP's byte-pair encoding (arXiv 1508.07909, 2103.00020). Words are lower-case bytes, and the last byte of a word is marked
/// &lt;/w&gt;. The ids are the 256 bytes, the 256 bytes at the end of a word, the merges in order, start-of-text, end-of-text.
/// </summary>
public sealed partial class BytePairTrainer
{
    private const string WordEnd = "</w>";
    private readonly List<(string Left, string Right)> _merges = [];

    /// <summary>
    /// Learns at most <paramref name="maxMerges"/> merges, the most frequent pair first; ties are broken by ordinal order.
    /// </summary>
    public BytePairTrainer(IEnumerable<string> texts, int maxMerges)
    {
        List<(string[] Pieces, int Count)> words =
        [
            .. texts
                .SelectMany(Words)
                .CountBy(word => word)
                .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => (Split(entry.Key), entry.Value)),
        ];
        while (_merges.Count < maxMerges)
        {
            Dictionary<(string, string), long> pairs = [];
            foreach ((string[] pieces, int count) in words)
            {
                for (int i = 0; i + 1 < pieces.Length; i++)
                    pairs[(pieces[i], pieces[i + 1])] = pairs.GetValueOrDefault((pieces[i], pieces[i + 1])) + count;
            }

            if (pairs.Count == 0)
                break;
            (string Left, string Right) best = pairs
                .OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key.Item1, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key.Item2, StringComparer.Ordinal)
                .First()
                .Key;
            _merges.Add(best);
            words = [.. words.Select(word => (Merge(word.Pieces, best), word.Count))];
        }
    }

    /// <summary>Gets the tokens of the vocabulary in the order of their ids.</summary>
    public IReadOnlyList<string> Vocabulary
    {
        get
        {
            string[] bytes = [.. ByteOrder().Select(value => ByteSymbol(value).ToString())];
            return
            [
                .. bytes,
                .. bytes.Select(symbol => symbol + WordEnd),
                .. _merges.Select(merge => merge.Left + merge.Right),
                "<|startoftext|>",
                "<|endoftext|>",
            ];
        }
    }

    /// <summary>Writes vocab.json and merges.txt in the format of Hugging Face's CLIPTokenizer.</summary>
    public void Save(string folder)
    {
        using (FileStream file = File.Create(Path.Combine(folder, "vocab.json")))
        using (Utf8JsonWriter json = new(file))
        {
            json.WriteStartObject();
            foreach ((int id, string token) in Vocabulary.Index())
                json.WriteNumber(token, id);
            json.WriteEndObject();
        }

        File.WriteAllText(
            Path.Combine(folder, "merges.txt"),
            "#version: 0.2\n" + string.Concat(_merges.Select(merge => $"{merge.Left} {merge.Right}\n"))
        );
    }

    private static IEnumerable<string> Words(string text) =>
        WordPattern()
            .Matches(text.ToLowerInvariant())
            .Select(match => string.Concat(Encoding.UTF8.GetBytes(match.Value).Select(ByteSymbol)));

    private static string[] Split(string word) => [.. word[..^1].Select(symbol => symbol.ToString()), word[^1] + WordEnd];

    private static string[] Merge(string[] pieces, (string Left, string Right) pair)
    {
        List<string> merged = [];
        for (int i = 0; i < pieces.Length; i++)
        {
            bool here = i + 1 < pieces.Length && pieces[i] == pair.Left && pieces[i + 1] == pair.Right;
            merged.Add(here ? pair.Left + pair.Right : pieces[i]);
            i += here ? 1 : 0;
        }

        return [.. merged];
    }

    // Printable bytes map to themselves, the others in ascending order to U+0100 onwards. Printable bytes come first.
    private static bool IsPrintable(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);

    private static IEnumerable<byte> ByteOrder() =>
        Enumerable.Range(0, 256).OrderBy(value => !IsPrintable(value)).ThenBy(value => value).Select(value => (byte)value);

    private static char ByteSymbol(byte value) =>
        IsPrintable(value) ? (char)value : (char)(256 + Enumerable.Range(0, value).Count(other => !IsPrintable(other)));

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+")]
    private static partial Regex WordPattern();
}
