using System.Buffers.Binary;
using SkiaSharp;

namespace LiftPlus.Data.Tests;

/// <summary>Files as a broken disk, download or export leaves them, and what a message says of each.</summary>
internal static class BrokenImages
{
    public static readonly TheoryData<string, string> All = new()
    {
        { "truncated", "ends before its" },
        { "empty", "the file is empty" },
        { "text", "are not those of a known format" },
        { "huge", "its header says 30000x30000 pixels, the limit is" },
        { "missing", "the file does not exist" },
    };

    /// <summary>Puts the broken file in the place of a good one.</summary>
    public static void Break(string path, string fault)
    {
        byte[] good = TestImages.Encode(40, 30, 1, SKEncodedImageFormat.Jpeg);
        switch (fault)
        {
            case "truncated":
                File.WriteAllBytes(path, good[..(good.Length / 2)]);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "text":
                File.WriteAllText(path, "<html>not found</html>");
                break;
            case "huge":
                File.WriteAllBytes(path, Huge(good));
                break;
            case "missing":
                File.Delete(path);
                break;
            default:
                throw new ArgumentException(fault);
        }
    }

    // The size in the frame header is what a decoder would take memory for.
    private static byte[] Huge(byte[] jpeg)
    {
        int frame = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 30_000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 30_000);
        return jpeg;
    }
}
