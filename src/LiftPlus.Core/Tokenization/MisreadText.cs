namespace LiftPlus.Tokenization;

/// <summary>
/// Decides whether a text looks like UTF-8 that was read as Windows-1252. Any accented letter followed by a sign could be such a text:
/// "É®" is two bytes of UTF-8, and also the end of "NESTLÉ®". What counts is whether the characters are neighbors that people do not
/// write, with ftfy's choice of neighbors (github.com/rspeer/python-ftfy), as CLIP's training texts were cleaned.
/// </summary>
internal static class MisreadText
{
    private const int Kinds = 0x100; // characters below are looked up; above, only those of Windows-1252 matter

    /// <summary>Says in which roles a character can stand in such a neighborhood.</summary>
    [Flags]
    private enum Role
    {
        None = 0,
        Control = 1 << 0, // U+0080 to U+009F
        Rare = 1 << 1, // hardly ever written: ¨ ¯ ¸ ƒ ‰
        Small = 1 << 2, // small letters with accents, except those of emoticons
        Capital = 1 << 3, // capital letters with accents, except those of emoticons
        Opening = 1 << 4,
        Closing = 1 << 5,
        Money = 1 << 6,
        Number = 1 << 7,
        Law = 1 << 8,
        Sign = Small | Capital | Opening | Closing | Money | Number | Law,
        AsciiSmall = 1 << 9,
        AsciiCapital = 1 << 10,
        AsciiLetter = AsciiSmall | AsciiCapital,
        NoAsciiLetter = 1 << 11,
        White = 1 << 12,
        Blank = 1 << 13, // U+0020
        Word = 1 << 14,
        Stop = 1 << 15, // . , ? !
        Thorn = 1 << 16,
        Degree = 1 << 17,
        Oe = 1 << 18, // Œ œ
        Times = 1 << 19,
        Power = 1 << 20, // ² ³
        AGrave = 1 << 21,
        AfterAGrave = 1 << 22,
        Circumflex = 1 << 23, // Â
        Tilde = 1 << 24, // Ã
        Latin = 1 << 25, // Â Ã Î Ð: the first of two, of most letters of Europe
        AfterLatin = 1 << 26,
        Arabic = 1 << 27, // Ø Ù: the first of two, of Arabic letters
        AfterArabic = 1 << 28,
        NoBreak = 1 << 29, // U+00A0 and ¡
        Start = 1 << 30, // before the first character
    }

    // Neighbors that are not written: one row, one way to look misread.
    private static readonly Role[][] s_rows =
    [
        [Role.Control],
        [Role.Rare | Role.Sign, Role.Rare],
        [Role.Rare, Role.Sign],
        [Role.AsciiLetter, Role.Thorn, Role.Rare],
        [Role.Small | Role.Closing | Role.Money | Role.Number, Role.Capital],
        [Role.Closing | Role.Money | Role.Number, Role.Small],
        [Role.Small | Role.Closing, Role.Money],
        [Role.White, Role.Capital, Role.Money],
        [Role.Capital, Role.Number | Role.Law],
        [Role.Capital, Role.Degree],
        [Role.Small | Role.Capital | Role.Money | Role.Closing, Role.Opening, Role.Number],
        [Role.Small | Role.Capital | Role.Money | Role.Number | Role.Law, Role.Closing, Role.Opening],
        [Role.Money | Role.Number, Role.Opening],
        [Role.AsciiSmall, Role.Capital, Role.Opening | Role.Money],
        [Role.Small | Role.Capital, Role.Opening | Role.Closing, Role.Word],
        [Role.Oe, Role.NoAsciiLetter],
        [Role.Latin, Role.AfterLatin],
        [Role.Times, Role.Power],
        [Role.Arabic, Role.AfterArabic, Role.Arabic, Role.AfterArabic],
        [Role.AGrave, Role.AfterAGrave],
        [Role.Tilde, Role.NoBreak],
        [Role.AsciiSmall | Role.Start, Role.Tilde | Role.Circumflex, Role.Blank],
        [Role.AsciiSmall, Role.White, Role.Tilde | Role.Circumflex, Role.Blank],
        [Role.AsciiSmall | Role.Stop | Role.Closing, Role.Circumflex, Role.Blank | Role.Opening | Role.Closing],
    ];

    private static readonly Role[] s_low = [.. Enumerable.Range(0, Kinds).Select(code => Find((char)code))];

    /// <summary>Returns whether a text looks misread.</summary>
    public static bool Looks(string text)
    {
        Role[] roles = [Role.Start, .. text.Select(RolesOf)];
        for (int at = 0; at < roles.Length; at++)
        {
            foreach (Role[] row in s_rows)
            {
                if (Fits(row, roles.AsSpan(at)))
                    return true;
            }
        }

        return false;
    }

    private static bool Fits(Role[] row, ReadOnlySpan<Role> roles)
    {
        if (roles.Length < row.Length)
            return false;
        for (int i = 0; i < row.Length; i++)
        {
            if ((row[i] & roles[i]) == 0)
                return false;
        }

        return true;
    }

    private static Role RolesOf(char c) => c < Kinds ? s_low[c] : Find(c);

    private static Role Find(char c) =>
        Name(c)
        | Among(c, "Œœ", Role.Oe)
        | Among(c, "²³", Role.Power)
        | Among(c, "²µ¹¼½¾", Role.AfterAGrave)
        | Among(c, "ÂÃÎÐ", Role.Latin)
        | Among(c, "€œŠš¢£Ÿž\u00a0\u00ad®©°·»–—´¡«¿‘‚“„•‹”›™", Role.AfterLatin)
        | Among(c, "ØÙ", Role.Arabic)
        | Among(c, "\u00a0\u00ad·´–—\u2015…’¢£¥\u20a7€¦¤¨¬¯¸ƒˆ˜†‡‰ªº\ufffd²³¹±¼½¾×µ÷¡«¿©‘‚“„•‹ŸŠ®°»", Role.AfterArabic)
        | Among(c, "\u00a0¡", Role.NoBreak)
        | Among(c, ".,?!", Role.Stop)
        | (char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f' ? Role.White : Role.None)
        | (char.IsLetter(c) || char.IsNumber(c) || c == '_' ? Role.Word : Role.None)
        | (char.IsAsciiLetter(c) ? Role.None : Role.NoAsciiLetter);

    private static Role Name(char c) =>
        c switch
        {
            ' ' => Role.Blank,
            >= 'a' and <= 'z' => Role.AsciiSmall,
            >= 'A' and <= 'Z' => Role.AsciiCapital,
            >= '\u0080' and <= '\u009f' => Role.Control,
            '¦' or '¤' or '¨' or '¬' or '¯' or '¸' or 'ƒ' or 'ˆ' or '˜' or '†' or '‡' or '‰' or 'ª' or 'º' or '\ufffd' => Role.Rare,
            '¶' or '§' => Role.Law,
            '¢' or '£' or '¥' or '€' => Role.Money,
            '¡' or '«' or '¿' or '©' or '‘' or '‚' or '“' or '„' or '•' or '‹' => Role.Opening,
            '®' or '»' or '”' or '›' or '™' => Role.Closing,
            '×' => Role.Number | Role.Times,
            '²' or '³' or '¹' or '±' or '¼' or '½' or '¾' or 'µ' or '÷' => Role.Number,
            '°' => Role.Degree,
            'Þ' => Role.Thorn,
            'Â' => Role.Capital | Role.Circumflex,
            'Ã' => Role.Capital | Role.Tilde,
            (>= 'À' and <= 'Ñ') or 'Ø' or 'Ü' or 'Ý' or 'Œ' or 'Š' or 'Ÿ' or 'Ž' => Role.Capital,
            'à' => Role.Small | Role.AGrave,
            'ß' or (>= 'á' and <= 'ñ') or 'ü' or 'œ' or 'š' or 'ž' => Role.Small,
            _ => Role.None,
        };

    private static Role Among(char c, string characters, Role role) => characters.Contains(c) ? role : Role.None;
}
