namespace LiftPlus.Data;

/// <summary>Finds out whether the first frame of a GIF is there: ImageSharp leaves the pixels of a missing part black.</summary>
internal static class GifFrame
{
    private const byte Extension = 0x21,
        Frame = 0x2C;

    private const int HeaderBytes = 13,
        FlagsAt = 10,
        FrameBytes = 10;

    /// <summary>Returns whether the bytes start like a GIF and end before the first frame does.</summary>
    public static bool IsCutOff(ReadOnlySpan<byte> encoded)
    {
        if (!encoded.StartsWith("GIF8"u8))
            return false;
        if (encoded.Length < HeaderBytes)
            return true;
        int at = HeaderBytes + PaletteBytes(encoded[FlagsAt]);
        while (at + FrameBytes < encoded.Length && encoded[at] == Extension)
            at = EndOfBlocks(encoded, at + 2);
        if (at + FrameBytes >= encoded.Length || encoded[at] != Frame)
            return true;
        return EndOfBlocks(encoded, at + FrameBytes + PaletteBytes(encoded[at + FrameBytes - 1]) + 1) > encoded.Length;
    }

    // Blocks follow each other, each after its length, until one of no bytes.
    private static int EndOfBlocks(ReadOnlySpan<byte> encoded, int at)
    {
        while (at < encoded.Length && encoded[at] != 0)
            at += 1 + encoded[at];
        return at + 1;
    }

    private static int PaletteBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
}
