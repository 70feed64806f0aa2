using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace LiftPlus.Files;

/// <summary>
/// Checks the texts in JSON before anything is made of it: a document finds half a surrogate pair only when the text is asked for, and then
/// throws no <see cref="JsonException"/>. Errors of syntax are left to the document.
/// </summary>
internal static class JsonText
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the UTF-8 of JSON whose texts have been checked.</summary>
    /// <inheritdoc cref="Check"/>
    public static byte[] Bytes(string json, JsonReaderOptions options = default, long mostTokens = long.MaxValue)
    {
        byte[] utf8;
        try
        {
            utf8 = s_strict.GetBytes(json);
        }
        catch (EncoderFallbackException e)
        {
            throw new JsonException($"character {e.Index + 1} is half of a surrogate pair", e);
        }

        Check(utf8, options, mostTokens);
        return utf8;
    }

    /// <summary>Returns the JSON of a file, without a byte order mark, after its texts have been checked.</summary>
    /// <exception cref="IOException">The file is not a regular file, has more bytes than the limit, or cannot be read.</exception>
    /// <inheritdoc cref="Check"/>
    public static ReadOnlyMemory<byte> Read(string path, long maxBytes, JsonReaderOptions options = default)
    {
        byte[] file = RegularFile.ReadBytes(path, maxBytes);
        ReadOnlyMemory<byte> text = file.AsMemory(file.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);
        Check(text.Span, options);
        return text;
    }

    /// <summary>Checks JSON from its start to its end, or to its first error of syntax.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="mostTokens">
    /// The most names, values and brackets that it may have: an object is made of each, many times larger than two brackets.
    /// </param>
    /// <exception cref="JsonException">It is not UTF-8, has too many values, or a text in it has half of a surrogate pair.</exception>
    public static void Check(ReadOnlySpan<byte> utf8, JsonReaderOptions options = default, long mostTokens = long.MaxValue)
    {
        if (!Utf8.IsValid(utf8))
            throw new JsonException("it is not valid UTF-8");
        Utf8JsonReader reader = new(utf8, options);
        try
        {
            for (long token = 0; reader.Read(); token++)
            {
                if (token == mostTokens)
                    throw new InvalidDataException($"it has more than {mostTokens:N0} names and values");
                if (reader.ValueIsEscaped)
                    reader.GetString();
            }
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException($"the text at byte {reader.TokenStartIndex + 1} has half of a surrogate pair", e);
        }
        catch (InvalidDataException e)
        {
            throw new JsonException(e.Message, e);
        }
        catch (JsonException) { } // the document says where
    }
}
