using System.Text;
using System.Text.RegularExpressions;
using LiftPlus.Texts;

namespace LiftPlus.Tokenization;

/// <summary>
/// Applies the repairs that CLIP's training texts went through (ftfy.fix_text): character references, UTF-8 read as Windows-1252, C1
/// controls, ligatures, full- and half-width forms, curly quotes, line ends, lone surrogates, terminal escapes, control characters,
/// composition. ftfy also repairs UTF-8 that was read in other code pages, such as Windows-1251 and MacRoman, or has lost bytes.
/// </summary>
internal static partial class TextRepair
{
    // Half-width katakana U+FF61 to U+FF9F and symbols U+FFE0 to U+FFEE in their usual width.
    private const string Katakana =
        "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309a";
    private const string Symbols = "¢£¬\u0304¦¥₩\uffe7│←↑→↓■○";

    private const int MaxRounds = 16; // one repair may uncover the next; a text made of nothing else ends here

    public static string Repair(string text)
    {
        StringBuilder result = new(text.Length);
        bool unescape = true;
        for (int start = 0; start < text.Length; )
        {
            int end = text.IndexOf('\n', start) is int found and >= 0 ? found + 1 : text.Length;
            string line = text[start..end];
            unescape &= !line.Contains('<'); // markup: from here on the text may mean what it says
            result.Append(RepairLine(line, unescape));
            start = end;
        }

        return result.ToString();
    }

    private static string RepairLine(string line, bool unescape)
    {
        string before = "";
        for (int round = 0; round < MaxRounds && before != line; round++)
        {
            before = line;
            if (unescape)
                line = CharacterReferences.Decode(line, requireSemicolon: true);
            line = MisreadUtf8.Repair(line);
            line = ReplaceCharacters(line);
            line = Composition.Compose(TerminalEscape().Replace(line.Replace("\r\n", "\n").Replace('\r', '\n'), ""));
            if (line.Any(IsControl))
                line = string.Concat(line.Where(c => !IsControl(c)));
        }

        return line;
    }

    private static string ReplaceCharacters(string line)
    {
        if (line.All(char.IsAscii))
            return line;
        StringBuilder result = new(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (char.IsHighSurrogate(c) && i + 1 < line.Length && char.IsLowSurrogate(line[i + 1]))
                result.Append(c).Append(line[++i]);
            else if (char.IsSurrogate(c))
                result.Append('\ufffd');
            else
                result.Append(Replacement(c) ?? c.ToString());
        }

        return result.ToString();
    }

    private static string? Replacement(char c) =>
        c switch
        {
            < '\u0080' => null,
            <= '\u009f' => Windows1252.Characters[c - 0x80].ToString(),
            'Ĳ' => "IJ",
            'ĳ' => "ij",
            'ŉ' => "ʼn",
            'Ǆ' => "DŽ",
            'ǅ' => "Dž",
            'ǆ' => "dž",
            'Ǉ' => "LJ",
            'ǈ' => "Lj",
            'ǉ' => "lj",
            'Ǌ' => "NJ",
            'ǋ' => "Nj",
            'ǌ' => "nj",
            'Ǳ' => "DZ",
            'ǲ' => "Dz",
            'ǳ' => "dz",
            'ﬀ' => "ff",
            'ﬁ' => "fi",
            'ﬂ' => "fl",
            'ﬃ' => "ffi",
            'ﬄ' => "ffl",
            'ﬅ' => "ſt",
            'ﬆ' => "st",
            '\u3000' => " ",
            >= '\uff01' and <= '\uff5e' => ((char)(c - 0xFEE0)).ToString(),
            >= '\uff61' and <= '\uff9f' => Katakana[c - 0xFF61].ToString(),
            '\uffe3' => " \u0304",
            >= '\uffe0' and <= '\uffee' => Symbols[c - 0xFFE0].ToString(),
            '\u02bc' or (>= '\u2018' and <= '\u201b') => "'",
            >= '\u201c' and <= '\u201f' => "\"",
            '\u2028' or '\u2029' => "\n",
            _ => null,
        };

    private static bool IsControl(char c) =>
        c
            is < '\t'
                or '\v'
                or (>= '\u000e' and < ' ')
                or '\u007f'
                or (>= '\u206a' and <= '\u206f')
                or '\ufeff'
                or (>= '\ufff9' and <= '\ufffc');

    [GeneratedRegex(@"\x1b\[[0-9;]*[A-Za-z]")]
    private static partial Regex TerminalEscape();
}
