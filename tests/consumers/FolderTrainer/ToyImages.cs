using SkiaSharp;

namespace FolderTrainer;

/// <summary>Draws discs in four colours at random places on grey, with one folder per colour.</summary>
internal static class ToyImages
{
    private static readonly (string Name, SKColor Color)[] Classes =
    [
        ("blue", SKColors.RoyalBlue),
        ("green", SKColors.ForestGreen),
        ("red", SKColors.Firebrick),
        ("yellow", SKColors.Gold),
    ];

    public static void Draw(string root, int seed, Func<int, int> count)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(48, 48);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true };
        for (int label = 0; label < Classes.Length; label++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(root, Classes[label].Name)).FullName;
            paint.Color = Classes[label].Color;
            for (int i = 0; i < count(label); i++)
            {
                canvas.Clear(new SKColor(0xFF000000 | (uint)(random.Next(96, 160) * 0x010101)));
                canvas.DrawCircle(random.Next(18, 30), random.Next(18, 30), random.Next(10, 16), paint);
                using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
                File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), png.ToArray());
            }
        }
    }
}
