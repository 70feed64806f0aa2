namespace LiftPlus.Data;

/// <summary>Recognizes compressed files by their first bytes.</summary>
internal static class Compression
{
    /// <summary>Returns the name of the format; null if the bytes are not those of a compressed file.</summary>
    public static string? Of(ReadOnlySpan<byte> start) =>
        start switch
        {
            [0x1F, 0x8B, ..] => "gzip",
            [(byte)'B', (byte)'Z', (byte)'h', ..] => "bzip2",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "xz",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd",
            [0x04, 0x22, 0x4D, 0x18, ..] => "lz4",
            [(byte)'P', (byte)'K', 3, 4, ..] => "zip",
            [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] => "7z",
            [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..] => "rar",
            _ => null,
        };
}
