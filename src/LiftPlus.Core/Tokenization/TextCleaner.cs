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

    public static string Collapse(string text)
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
    public static string Lower(string text)
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

    private static bool IsAtWordEnd(string text, int at) => CasedFrom(text, at, -1) && !CasedFrom(text, at, 1);

    // Whether the nearest character in a direction has upper and lower case (Unicode's Cased); accents, apostrophes and the like
    // (Case_Ignorable) do not count.
    private static bool CasedFrom(string text, int at, int step)
    {
        for (at += step; at >= 0 && at < text.Length; at += step)
        {
            int start = char.IsLowSurrogate(text[at]) && step < 0 && at > 0 ? at - 1 : at;
            if (!Rune.TryGetRuneAt(text, start, out Rune rune))
                return false;
            if (!IsIgnorable(rune))
                return IsCased(rune);
            if (rune.Utf16SequenceLength == 2)
                at += step;
        }

        return false;
    }

    private static bool IsIgnorable(Rune rune) =>
        rune.Value
            is '\''
                or '.'
                or ':'
                or 0xB7 // middle dots
                or 0x387
                or 0x55F // Armenian and Hebrew marks
                or 0x5F4
                or 0x2018 // quotes and leaders
                or 0x2019
                or 0x2024
                or 0x2027
                or 0xFE13 // the same in other widths
                or 0xFE52
                or 0xFE55
                or 0xFF07
                or 0xFF0E
                or 0xFF1A
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format
                or UnicodeCategory.ModifierLetter
                or UnicodeCategory.ModifierSymbol;

    private static bool IsCased(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.UppercaseLetter
                or UnicodeCategory.LowercaseLetter
                or UnicodeCategory.TitlecaseLetter
        || rune.Value
            is 0xAA // ordinals, Roman numerals, letters in circles and squares
                or 0xBA
                or (>= 0x2160 and <= 0x217F)
                or (>= 0x24B6 and <= 0x24E9)
                or (>= 0x1F130 and <= 0x1F149)
                or (>= 0x1F150 and <= 0x1F169)
                or (>= 0x1F170 and <= 0x1F189);
}
