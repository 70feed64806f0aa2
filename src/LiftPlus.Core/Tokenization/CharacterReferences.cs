using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace LiftPlus.Tokenization;

/// <summary>
/// Decodes HTML character references as browsers do: a number or a name, and for the names of Latin-1 the semicolon may be missing. The
/// known names are those of HTML 4. ftfy also knows them in capital letters where it requires the semicolon.
/// </summary>
internal static partial class CharacterReferences
{
    public static string Decode(string text, bool requireSemicolon = false) =>
        text.Contains('&')
            ? Reference().Replace(text, match => requireSemicolon ? DecodeWhole(match.Value) : DecodeOne(match.Groups[1].Value))
            : text;

    private static string DecodeWhole(string reference)
    {
        if (!reference.EndsWith(';'))
            return reference;
        string decoded = DecodeOne(reference[1..]),
            name = reference[1..^1];
        return decoded == reference && !name.Any(char.IsAsciiLetterLower) && Named(name.ToLowerInvariant()) is string small
            ? small.Replace("ß", "SS").ToUpperInvariant()
            : decoded;
    }

    private static string DecodeOne(string body)
    {
        if (body[0] == '#')
            return Number(body[1] is 'x' or 'X' ? body.AsSpan(2) : body.AsSpan(1), body[1] is 'x' or 'X');
        if (body.EndsWith(';') && Named(body[..^1]) is string whole)
            return whole;
        for (int length = body.Length; length > 1; length--)
        {
            if (Named(body[..length]) is [<= '\u00ff' and not '\'' and char latin])
                return latin + body[length..];
        }

        return "&" + body;
    }

    private static string? Named(string name)
    {
        if (name is "lang" or "rang") // other characters than in HTML 4
            return name == "lang" ? "⟨" : "⟩";
        string reference = $"&{(name is "AMP" or "COPY" or "GT" or "LT" or "QUOT" or "REG" ? name.ToLowerInvariant() : name)};";
        string decoded = WebUtility.HtmlDecode(reference);
        return decoded == reference ? null : decoded;
    }

    private static string Number(ReadOnlySpan<char> digits, bool isHex)
    {
        digits = digits.TrimEnd(';');
        if (
            !uint.TryParse(digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out uint code)
            || code is 0 or > 0x10FFFF or (>= 0xD800 and <= 0xDFFF)
        )
        {
            return "\ufffd";
        }

        bool isNothing =
            code is < 9 or 11 or (>= 0xE and <= 0x1F) or (>= 0xFDD0 and <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE || code == 0x7F;
        return code is >= 0x80 and <= 0x9F ? Windows1252.Characters[(int)code - 0x80].ToString()
            : isNothing ? ""
            : char.ConvertFromUtf32((int)code);
    }

    [GeneratedRegex(@"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")]
    private static partial Regex Reference();
}
