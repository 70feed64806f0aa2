using SkiaSharp;

namespace LiftPlus.Samples.Shapes;

/// <summary>Many pictures on one sheet, to look at.</summary>
public static class ContactSheet
{
    /// <summary>Lays pictures out in rows with their captions below, each enlarged to <paramref name="side"/> pixels, as a PNG.</summary>
    public static byte[] Png(IReadOnlyList<(Picture Picture, string Caption)> pictures, int columns, int side = 144)
    {
        const int caption = 18;
        int rows = (pictures.Count + columns - 1) / columns;
        using SKBitmap sheet = new(columns * side, rows * (side + caption));
        using SKCanvas canvas = new(sheet);
        canvas.Clear(SKColors.White);
        using SKPaint text = new()
        {
            Color = SKColors.Black,
            IsAntialias = true,
            TextSize = 12,
        };
        for (int i = 0; i < pictures.Count; i++)
        {
            float x = i % columns * side,
                y = i / columns * (side + caption);
            using SKBitmap bitmap = pictures[i].Picture.ToBitmap();
            canvas.DrawBitmap(bitmap, new SKRect(x + 2, y + 2, x + side - 2, y + side - 2));
            canvas.DrawText(pictures[i].Caption, x + 4, y + side + 12, text);
        }

        using SKData data = sheet.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
