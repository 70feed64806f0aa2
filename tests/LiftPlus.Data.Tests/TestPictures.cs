using System.Runtime.InteropServices;
using SkiaSharp;

namespace LiftPlus.Data.Tests;

/// <summary>A folder of its own for a test, removed at the end, and small pictures to put into it.</summary>
internal sealed class TestPictures : IDisposable
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

    public string WritePicture(string relative, int width = 40, int height = 30, int seed = 0) =>
        Write(relative, Encode(width, height, seed, relative.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg));

    /// <summary>A list of files and labels, three classes in turn.</summary>
    public ImageDataset Dataset(int count, int width = 40, int height = 30)
    {
        var images = new List<LabeledImage>();
        for (int i = 0; i < count; i++)
            images.Add(new LabeledImage(WritePicture($"{i}.jpg", width + i % 7, height + i % 5, i), i % 3));
        return new ImageDataset(images, ["a", "b", "c"]);
    }

    public static RgbImage Picture(int width, int height, int seed = 0)
    {
        RgbImage image = RgbImage.Create(width, height);
        var random = new Random(seed);
        int dx = random.Next(1, 9), dy = random.Next(1, 9);
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
        using RgbImage picture = Picture(width, height, seed);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = MemoryMarshal.AsBytes(picture.Row(y));
            for (int x = 3; x < row.Length; x += 4)
                row[x] = 255; // opaque
            Marshal.Copy(row.ToArray(), 0, bitmap.GetAddress(0, y), row.Length);
        }

        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
