using System.Runtime.InteropServices;
using SkiaSharp;

namespace LiftPlus.Cli.Checking;

/// <summary>Draws a contact sheet of one group: classes from all of its ranks, each with images from the whole class.</summary>
internal static class GroupSheet
{
    private const int Classes = 8;
    private const int Images = 8;
    private const int Side = 120;
    private const int Gap = 6;
    private const int Caption = 26;
    private const int Margin = 16;
    private const int Title = 44;

    public static void Write(Survey survey, ShotGroup group, Stream stream)
    {
        int[] classes = Spread(survey.ClassesOf(group), Classes);
        using var sheet = new SKBitmap(
            2 * Margin + Images * (Side + Gap) - Gap,
            2 * Margin + Title + classes.Length * (Caption + Side + Gap)
        );
        using var canvas = new SKCanvas(sheet);
        canvas.Clear(SKColors.White);
        using var heading = new SKPaint
        {
            Color = GroupColors.Of(group),
            TextSize = 26,
            IsAntialias = true,
            FakeBoldText = true,
        };
        canvas.DrawText($"{group}: {classes.Length} of {survey.ClassesOf(group).Count:N0} classes", Margin, Margin + 24, heading);
        for (int row = 0; row < classes.Length; row++)
            DrawClass(canvas, survey.Dataset, classes[row], Margin + Title + row * (Caption + Side + Gap));
        using SKData data = sheet.Encode(SKEncodedImageFormat.Png, 100);
        data.SaveTo(stream);
    }

    private static void DrawClass(SKCanvas canvas, ImageDataset dataset, int label, int top)
    {
        using var text = new SKPaint
        {
            Color = SKColors.Black,
            TextSize = 17,
            IsAntialias = true,
        };
        string count = $"  ({dataset.Classes.Counts[label]:N0})";
        string name = dataset.ClassNames[label];
        float room = canvas.DeviceClipBounds.Width - 2 * Margin - text.MeasureText(count);
        while (name.Length > 1 && text.MeasureText(name) > room)
            name = name[..^2] + "…";
        canvas.DrawText(name + count, Margin, top + 17, text);
        int[] places = Spread([.. Enumerable.Range(0, dataset.Count).Where(place => dataset[place].Label == label)], Images);
        for (int column = 0; column < places.Length; column++)
            DrawImage(
                canvas,
                dataset[places[column]],
                new SKRect(0, 0, Side, Side) { Location = new SKPoint(Margin + column * (Side + Gap), top + Caption) }
            );
    }

    // Draws the whole image in the middle of its square, or a cross if the image cannot be read.
    private static void DrawImage(SKCanvas canvas, LabeledImage labeled, SKRect square)
    {
        using var ground = new SKPaint { Color = new SKColor(240, 240, 240) };
        canvas.DrawRect(square, ground);
        try
        {
            using RgbImage image = new SkiaImageDecoder().Decode(labeled.Source);
            using SKBitmap bitmap = ToBitmap(image);
            float scale = Side / (float)Math.Max(image.Width, image.Height);
            float width = image.Width * scale;
            float height = image.Height * scale;
            using var smooth = new SKPaint { FilterQuality = SKFilterQuality.High };
            canvas.DrawBitmap(
                bitmap,
                SKRect.Create(square.Left + (Side - width) / 2, square.Top + (Side - height) / 2, width, height),
                smooth
            );
        }
        catch (ImageDecodeException)
        {
            using var cross = new SKPaint
            {
                Color = SKColors.Firebrick,
                StrokeWidth = 3,
                IsAntialias = true,
            };
            canvas.DrawLine(square.Left + 30, square.Top + 30, square.Right - 30, square.Bottom - 30, cross);
            canvas.DrawLine(square.Right - 30, square.Top + 30, square.Left + 30, square.Bottom - 30, cross);
        }
    }

    private static SKBitmap ToBitmap(RgbImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < image.Height; y++)
            MemoryMarshal
                .AsBytes(image.Row(y))
                .CopyTo(
                    MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(bitmap.GetPixelSpan()), bitmap.ByteCount)[
                        (y * bitmap.RowBytes)..
                    ]
                );
        return bitmap;
    }

    // Picks at most `count` items at equal distances, including the first and the last.
    private static int[] Spread(IReadOnlyList<int> items, int count) =>
        items.Count <= count
            ? [.. items]
            : [.. Enumerable.Range(0, count).Select(i => items[(int)Math.Round(i * (items.Count - 1.0) / (count - 1))])];
}
