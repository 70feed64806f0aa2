using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace LiftPlus.Data.Tests;

/// <summary>A separate folder for a test, removed at the end, and small images to put into it.</summary>
internal sealed class TestImages : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("liftplus-data-").FullName;

    public string PathOf(string relative) => Path.Combine(Root, relative);

    public string Write(string relative, byte[] bytes)
    {
        string path = PathOf(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string WriteText(string relative, string text) => Write(relative, System.Text.Encoding.UTF8.GetBytes(text));

    public string WriteImage(string relative, int width = 40, int height = 30, int seed = 0) =>
        Write(
            relative,
            Encode(
                width,
                height,
                seed,
                relative.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg
            )
        );

    /// <summary>A list of files and labels, three classes in turn.</summary>
    public ImageDataset Dataset(int count, int width = 40, int height = 30)
    {
        var images = new List<LabeledImage>();
        for (int i = 0; i < count; i++)
            images.Add(new LabeledImage(WriteImage($"{i}.jpg", width + i % 7, height + i % 5, i), i % 3));
        return new ImageDataset(images, ["a", "b", "c"]);
    }

    public static RgbImage Image(int width, int height, int seed = 0)
    {
        RgbImage image = RgbImage.Create(width, height);
        var random = new Random(seed);
        int dx = random.Next(1, 9),
            dy = random.Next(1, 9);
        for (int y = 0; y < height; y++)
        {
            Span<RgbPixel> row = image.Row(y);
            for (int x = 0; x < width; x++)
                row[x] = new RgbPixel((byte)(x * dx + seed), (byte)(y * dy), (byte)random.Next(256));
        }

        return image;
    }

    public static byte[] Encode(int width, int height, int seed, SKEncodedImageFormat format)
    {
        using RgbImage image = Image(width, height, seed);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = MemoryMarshal.AsBytes(image.Row(y));
            for (int x = 3; x < row.Length; x += 4)
                row[x] = 255; // opaque
            Marshal.Copy(row.ToArray(), 0, bitmap.GetAddress(0, y), row.Length);
        }

        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    public static byte[] SmoothJpeg(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        using (var canvas = new SKCanvas(bitmap))
        {
            using var shader = SKShader.CreateLinearGradient(
                default,
                new SKPoint(width, height),
                [SKColors.Red, SKColors.Lime, SKColors.Navy],
                SKShaderTileMode.Clamp
            );
            using var paint = new SKPaint { Shader = shader };
            canvas.DrawPaint(paint);
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        return data.ToArray();
    }

    /// <summary>A PNG whose header says any size; its pixels are zeros that end early.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        WriteChunk(file, "IHDR", header);
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(new byte[100_000]);
        WriteChunk(file, "IDAT", packed.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static void WriteChunk(Stream file, string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data],
            number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        uint crc = 0xFFFFFFFF;
        foreach (byte value in body)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (crc % 2 == 0 ? 0 : 0xEDB88320);
        }

        BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
        file.Write(number);
    }
}
