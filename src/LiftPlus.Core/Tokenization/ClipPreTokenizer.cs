using System.Text;
using Microsoft.ML.Tokenizers;

namespace LiftPlus.Tokenization;

/// <summary>
/// Splits a cleaned text as CLIP does: start and end marks, English contractions, runs of letters, single digits, runs of anything else;
/// white space is dropped. It works on code points, because a .NET regular expression would see half of a letter beyond U+FFFF as something
/// other than a letter.
/// </summary>
internal sealed class ClipPreTokenizer : PreTokenizer
{
    public const string Start = "<|startoftext|>",
        End = "<|endoftext|>";

    private static readonly string[] s_whole = [Start, End, "'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = EndOf(text, start);
            if (KindAt(text, start, out _) != Kind.Space)
                yield return (start, end - start);
        }
    }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    private static int EndOf(string text, int start)
    {
        if (Array.Find(s_whole, word => IsAt(text, start, word)) is string whole)
            return start + whole.Length;
        Kind kind = KindAt(text, start, out int length);
        int end = start + length;
        while (kind != Kind.Number && end < text.Length && KindAt(text, end, out length) == kind)
            end += length;
        return end;
    }

    // Lower case has two letters that are an S: the long one stays.
    private static bool IsAt(string text, int start, string word) =>
        start + word.Length <= text.Length
        && word.Index().All(at => (text[start + at.Index] is 'ſ' ? 's' : text[start + at.Index]) == at.Item);

    private static Kind KindAt(string text, int at, out int length)
    {
        if (!Rune.TryGetRuneAt(text, at, out Rune rune))
        {
            length = 1; // half a surrogate pair
            return Kind.Other;
        }

        length = rune.Utf16SequenceLength;
        return Rune.IsWhiteSpace(rune) ? Kind.Space
            : Rune.IsLetter(rune) ? Kind.Letter
            : Rune.IsNumber(rune) ? Kind.Number
            : Kind.Other;
    }
}
