using SkiaSharp;

namespace LiftPlus.Samples.Shapes;

/// <summary>Draws many images on one sheet.</summary>
public static class ContactSheet
{
    /// <summary>Returns a PNG with rows of images, each enlarged to <paramref name="side"/> pixels and with its caption below.</summary>
    public static byte[] Png(IReadOnlyList<(DrawnImage Image, string Caption)> images, int columns, int side = 144)
    {
        const int caption = 18;
        int rows = (images.Count + columns - 1) / columns;
        using SKBitmap sheet = new(columns * side, rows * (side + caption));
        using SKCanvas canvas = new(sheet);
        canvas.Clear(SKColors.White);
        using SKPaint text = new()
        {
            Color = SKColors.Black,
            IsAntialias = true,
            TextSize = 12,
        };
        for (int i = 0; i < images.Count; i++)
        {
            float x = i % columns * side;
            float y = i / columns * (side + caption);
            using SKBitmap bitmap = images[i].Image.ToBitmap();
            canvas.DrawBitmap(bitmap, new SKRect(x + 2, y + 2, x + side - 2, y + side - 2));
            canvas.DrawText(images[i].Caption, x + 4, y + side + 12, text);
        }

        using SKData data = sheet.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
