using System.Text;
using System.Text.RegularExpressions;

namespace LiftPlus.Tokenization;

/// <summary>
/// Reads text as UTF-8 that was read as Windows-1252 or Latin-1, where it looks like it: the whole, and otherwise the parts that are. A
/// space in the place of a no-break space, which many programs leave there, is put right first.
/// </summary>
internal static partial class MisreadUtf8
{
    private const int MaxRounds = 16; // one repair may uncover the next
    private const int FirstSpecial = 0x80;

    // As characters of Windows-1252: what follows the first byte of UTF-8, first all of it, then what does not stand for itself elsewhere.
    private const string Letters = @"\u0080-\u00bfŠŸŽŒƒšžœˆ˜†‡‰‹›€™ÆØæø", // the last four are such bytes in Windows-1257
        Following = Letters + @" –—‘’‚“”„•…";

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Returns the text that was meant, or the same text if it does not look misread.</summary>
    public static string Repair(string text)
    {
        string before = "";
        for (int round = 0; round < MaxRounds && before != text; round++)
        {
            before = text;
            if (text.All(char.IsAscii) || !MisreadText.Looks(text))
                return text;
            text = Whole(text) ?? Parts().Replace(text, part => part.Length < before.Length ? Repair(part.Value) : part.Value);
        }

        return text;
    }

    private static string? Whole(string text)
    {
        if (Bytes(text) is not string bytes)
            return null;
        if (SpaceInside().IsMatch(bytes))
        {
            bytes = AGraveWord().Replace(bytes, "\u00c3\u00a0 ");
            bytes = SpaceInside().Replace(bytes, match => match.Value.Replace(' ', '\u00a0'));
        }

        try
        {
            return s_strict.GetString(Encoding.Latin1.GetBytes(bytes));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // The bytes that the text was, as characters up to U+00FF; null if neither encoding has all its characters.
    private static string? Bytes(string text)
    {
        if (text.All(c => c <= '\u00ff'))
            return text;
        StringBuilder bytes = new(text.Length);
        foreach (char c in text)
        {
            int special = Windows1252.Characters.IndexOf(c);
            if (special < 0 && c is > '\u00ff' or (>= '\u0080' and <= '\u009f'))
                return null;
            bytes.Append(special < 0 ? c : (char)(FirstSpecial + special));
        }

        return bytes.ToString();
    }

    // Characters of UTF-8, not in the middle of something longer.
    [GeneratedRegex(
        $"(?<![{Letters}])(?:[\u00c2-\u00df][{Following}]|[\u00e0-\u00ef][{Following}]{{2}}|[\u00f0\u00f3][{Following}]{{3}})+"
    )]
    private static partial Regex Parts();

    // In bytes: a character of UTF-8 in which a space stands for the byte A0.
    [GeneratedRegex(
        @"[\u00c2\u00c3\u00c5\u00ce\u00d0\u00d9] |[\u00e2\u00e3] [\u0080-\u0084\u0086-\u009f\u00a1-\u00bf]"
            + @"|[\u00e0-\u00e3][\u0080-\u0084\u0086-\u009f\u00a1-\u00bf] |\u00f0 [\u0080-\u00bf]{2}"
            + @"|\u00f0[\u0080-\u00bf] [\u0080-\u00bf]|\u00f0[\u0080-\u00bf]{2} "
    )]
    private static partial Regex SpaceInside();

    // The word "à" has lost its own space or the one after it; "às" and "àquela" are words of Portuguese.
    [GeneratedRegex(@"\u00c3 (?! |quele|quela|quilo|s )")]
    private static partial Regex AGraveWord();
}
