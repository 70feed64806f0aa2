namespace LiftPlus.Tokenization;

/// <summary>Holds the meaning of the bytes 0x80 to 0x9F in Windows-1252. The five undefined ones mean themselves.</summary>
internal static class Windows1252
{
    /// <summary>The characters in the order of their bytes.</summary>
    public const string Characters =
        "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f"
        + "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";
}
