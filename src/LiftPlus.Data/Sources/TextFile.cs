using System.Text;
using System.Text.Json;
using LiftPlus.Files;

namespace LiftPlus.Data;

/// <summary>Reads text files of a dataset: regular files of bounded size, in strict UTF-8.</summary>
internal static class TextFile
{
    private const long MostBytes = 1L << 29; // the list of ImageNet-21k has about 470 MB
    private const int MostLineBytes = 1 << 24; // class names may be JSON on one line

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads all lines. A byte order mark is left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">How messages refer to it: "image list".</param>
    /// <exception cref="LiftPlusException">
    /// The file is missing, cannot be read, is not a regular file, is too large or is not UTF-8.
    /// </exception>
    public static string[] ReadLines(string path, string kind) => Lines(ReadBytes(path, kind), $"The {kind} '{path}'");

    /// <summary>Decodes the lines of a text. A byte order mark is left out.</summary>
    /// <param name="text">Its bytes.</param>
    /// <param name="source">How messages refer to the text: "The image list 'x'".</param>
    /// <exception cref="LiftPlusException">The bytes are not UTF-8, or a line is too long.</exception>
    public static string[] Lines(ReadOnlySpan<byte> text, string source)
    {
        ReadOnlySpan<byte> rest = text;
        if (rest.StartsWith(Encoding.UTF8.Preamble))
            rest = rest[Encoding.UTF8.Preamble.Length..];
        var lines = new List<string>();
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            if (line.Length > MostLineBytes)
                throw new LiftPlusException(
                    $"{source} is not a text file: line {lines.Count + 1} is longer than {MostLineBytes:N0} bytes."
                );
            lines.Add(Decode(line, source, lines.Count + 1));
            rest = rest[
                (
                    end < 0 ? rest.Length
                    : rest[end..].StartsWith("\r\n"u8) ? end + 2
                    : end + 1
                )..
            ];
        }

        return [.. lines];
    }

    /// <summary>Reads the whole text; every line ends as <c>\n</c> does.</summary>
    /// <inheritdoc cref="ReadLines"/>
    public static string ReadText(string path, string kind) => string.Join('\n', ReadLines(path, kind));

    /// <summary>Parses JSON; comments and commas at the end of lists are accepted.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static JsonDocument ParseJson(string text) =>
        JsonDocument.Parse(
            JsonText.Bytes(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
        );

    /// <summary>Reads all bytes, up to the limit of such files.</summary>
    public static byte[] ReadBytes(string path, string kind) => Read(path, kind, file => RegularFile.ReadBytes(file, MostBytes));

    /// <summary>Reads a regular file with the given reader.</summary>
    public static T Read<T>(string path, string kind, Func<string, T> read)
    {
        try
        {
            RegularFile.Check(path);
            return read(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LiftPlusException($"The {kind} '{path}' does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"The {kind} '{path}' cannot be read: {e.Message}", e);
        }
    }

    private static string Decode(ReadOnlySpan<byte> line, string source, int number)
    {
        try
        {
            return s_strict.GetString(line);
        }
        catch (DecoderFallbackException e)
        {
            string found = e.BytesUnknown is [byte first, ..] ? $"the byte 0x{first:X2}" : "an unfinished character";
            throw new LiftPlusException(
                $"{source} is not UTF-8: line {number} has {found} at byte {e.Index + 1}. "
                    + "Save the file as UTF-8 (in Excel: 'CSV UTF-8').",
                e
            );
        }
    }
}
