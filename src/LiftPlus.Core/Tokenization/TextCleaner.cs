using System.Globalization;
using System.Text;

namespace LiftPlus.Tokenization;

/// <summary>Prepares a text before CLIP splits it: repair, character references twice, white space to single spaces, lower case.</summary>
internal static class TextCleaner
{
    public static string Clean(string text)
    {
        text = TextRepair.Repair(text);
        text = CharacterReferences.Decode(CharacterReferences.Decode(text));
        return Lower(Collapse(text));
    }

    private static string Collapse(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c) && c is not (>= '\u001c' and <= '\u001f'))
                result.Append(c);
            else if (result.Length > 0 && result[^1] != ' ')
                result.Append(' ');
        }

        return result.ToString().TrimEnd(' ');
    }

    // Unicode's full lower-casing, which differs from .NET's in two letters: I with a dot, and a sigma at the end of a word.
    private static string Lower(string text)
    {
        StringBuilder result = new(text.Length);
        for (int i = 0; i < text.Length; )
        {
            if (Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                result.Append(
                    rune.Value switch
                    {
                        0x130 => "i\u0307",
                        0x3A3 => IsAtWordEnd(text, i) ? "ς" : "σ",
                        _ => Rune.ToLowerInvariant(rune).ToString(),
                    }
                );
                i += rune.Utf16SequenceLength;
            }
            else
            {
                result.Append(text[i++]);
            }
        }

        return result.ToString();
    }

    private static bool IsAtWordEnd(string text, int at) => LetterFrom(text, at, -1) && !LetterFrom(text, at, 1);

    // Whether the nearest character in a direction is a letter; accents, apostrophes and the like do not count.
    private static bool LetterFrom(string text, int at, int step)
    {
        for (at += step; at >= 0 && at < text.Length; at += step)
        {
            if (!IsPassedOver(text[at]))
                return char.IsLetter(text[at]);
        }

        return false;
    }

    private static bool IsPassedOver(char c) =>
        c is '\'' or '.' or ':' or '\u00b7' or '\u2019'
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format;
}
