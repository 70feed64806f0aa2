using System.Text;

namespace LiftPlus.Messages;

/// <summary>Writes names that come from files so that they show as they are, and cannot change how the text around them shows.</summary>
internal static class PlainText
{
    /// <summary>
    /// Replaces control characters, marks that turn the direction of text, unpaired surrogates and characters that do not exist with the
    /// replacement character, and line breaks and tabs with spaces.
    /// </summary>
    /// <param name="text">The text; null is empty.</param>
    /// <param name="keepLines">Whether tabs and line breaks stay.</param>
    public static string Visible(string? text, bool keepLines = false)
    {
        var visible = new StringBuilder(text?.Length ?? 0);
        foreach (Rune rune in (text ?? "").EnumerateRunes()) // an unpaired surrogate is the replacement character
        {
            Rune shown =
                keepLines && rune.Value is '\t' or '\n' or '\r' ? rune
                : BreaksLines(rune) ? new Rune(' ')
                : Rune.IsControl(rune) || TurnsDirection(rune) || IsNoCharacter(rune) ? Rune.ReplacementChar
                : rune;
            visible.Append(shown);
        }

        return visible.ToString();
    }

    private static bool BreaksLines(Rune rune) => rune.Value is (>= '\t' and <= '\r') or 0x85 or 0x2028 or 0x2029;

    // Embeddings, overrides and isolates reorder what follows them, outside the name too.
    private static bool TurnsDirection(Rune rune) => rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static bool IsNoCharacter(Rune rune) => rune.Value is (>= 0xFDD0 and <= 0xFDEF) || (rune.Value & 0xFFFE) == 0xFFFE;
}
