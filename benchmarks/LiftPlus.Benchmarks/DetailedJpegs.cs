using SkiaSharp;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Writes JPEG files of one size with about the detail of photographs: noise that falls with frequency as in natural images (1/f), and hard
/// edges, at quality 90 with half-size colour. Disposing removes them.
/// </summary>
internal sealed class DetailedJpegs : IDisposable
{
    private const int Quality = 90;

    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-bench-").FullName;

    public DetailedJpegs(int width, int height, int count)
    {
        var images = new LabeledImage[count];
        Parallel.For(0, count, i =>
        {
            string path = Path.Combine(_folder, $"{i}.jpg");
            File.WriteAllBytes(path, Draw(width, height, i));
            images[i] = new LabeledImage(path, 0);
        });
        Dataset = new ImageDataset(images, ["drawn"]);
        long bytes = images.Sum(image => new FileInfo(image.Name).Length) / count;
        Description = $"{count} drawn JPEGs of {width}x{height}, quality {Quality}, {bytes / 1024} KB each on average";
    }

    public ImageDataset Dataset { get; }

    /// <summary>Gets a description of the images.</summary>
    public string Description { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Draw(int width, int height, int seed)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        {
            var random = new Random(seed);
            canvas.Clear(new SKColor((uint)random.Next() | 0xFF000000));
            Cover(canvas, SKShader.CreatePerlinNoiseFractalNoise(2f / width, 2f / height, 9, seed), SKBlendMode.SrcOver);
            for (int shape = 0; shape < 25; shape++)
            {
                using var paint = new SKPaint
                {
                    Color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), 110),
                    IsAntialias = true,
                };
                canvas.DrawOval(random.Next(width), random.Next(height), random.Next(width / 6) + 3, random.Next(height / 6) + 3, paint);
            }

            // Texture, down to single pixels.
            Cover(canvas, SKShader.CreatePerlinNoiseFractalNoise(0.25f, 0.25f, 2, seed + 1), SKBlendMode.Overlay);
        }

        using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return jpeg.ToArray();
    }

    private static void Cover(SKCanvas canvas, SKShader noise, SKBlendMode mode)
    {
        using (noise)
        {
            using var paint = new SKPaint { Shader = noise, BlendMode = mode };
            canvas.DrawPaint(paint);
        }
    }
}
