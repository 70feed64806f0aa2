using System.Buffers;

namespace LiftPlus.Data;

/// <summary>Recognizes files that often stand where an image should be.</summary>
internal static class ForeignFormat
{
    private const int Inspected = 512;

    private static readonly SearchValues<byte> s_text = SearchValues.Create([
        .. Enumerable.Range(' ', 95).Select(value => (byte)value),
        (byte)'\t',
        (byte)'\n',
        (byte)'\r',
    ]);

    /// <summary>Returns " (it seems to be a PDF)"; empty for bytes that are not recognized.</summary>
    public static string Describe(ReadOnlySpan<byte> file) =>
        Name(file[..Math.Min(Inspected, file.Length)]) is string name ? $" ({name})" : "";

    private static string? Name(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> text = start.TrimStart(" \t\r\n"u8);
        return start.StartsWith("version https://git-lfs"u8) ? "it is a Git LFS pointer; run 'git lfs pull'"
            : text.StartsWith("<!"u8) || text.StartsWith("<html"u8) || text.StartsWith("<HTML"u8) ? "it seems to be a web page"
            : text.StartsWith("<svg"u8) || (text.StartsWith("<?xml"u8) && text.IndexOf("<svg"u8) >= 0) ? "it seems to be an SVG"
            : start.StartsWith("%PDF"u8) ? "it seems to be a PDF"
            : start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) ? "it seems to be a TIFF"
            : start is [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] ? "it seems to be a HEIC, AVIF or video file"
            : start.StartsWith("8BPS"u8) ? "it seems to be a Photoshop file"
            : Compression.Of(start) is string packed ? $"it is compressed: {packed}"
            : start.IndexOfAnyExcept((byte)0) < 0 ? "its first bytes are zeros"
            : start.IndexOfAnyExcept(s_text) < 0 ? "it seems to be a text"
            : null;
    }
}
