using SkiaSharp;

namespace LiftPlus.Samples.Shapes;

/// <summary>
/// Draws a thing in a look, anti-aliased by Skia. The bytes are the same on every run of a platform; another platform may round
/// differently.
/// </summary>
internal static class Painter
{
    private const float HollowLine = 0.3f; // the width of the line of a hollow thing, in radii

    public static DrawnImage Paint(Thing thing, Look look, int size, ref Dice dice)
    {
        using SKBitmap bitmap = new(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using SKCanvas canvas = new(bitmap);
        canvas.Scale(size);
        PaintBackdrop(canvas, look.Backdrop, ref dice);
        PaintThing(canvas, thing, look);
        PaintOccluders(canvas, look, ref dice);
        canvas.Flush();
        DrawnImage image = DrawnImage.FromBitmap(bitmap);
        Expose(image.Pixels, look, ref dice);
        return image;
    }

    /// <summary>Returns which pixels a thing covers: those inside its outline, or under the line of a hollow one.</summary>
    public static bool[] Mask(Thing thing, Look look, int size)
    {
        using SKBitmap bitmap = new(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using SKCanvas canvas = new(bitmap);
        canvas.Clear(SKColors.Black);
        canvas.Scale(size);
        Place(canvas, look);
        using SKPath path = Outline.Of(thing.Shape);
        using SKPaint paint = thing.Fill == "hollow" ? Stroke(SKColors.White, HollowLine) : Solid(SKColors.White);
        canvas.DrawPath(path, paint);
        canvas.Flush();
        byte[] pixels = DrawnImage.FromBitmap(bitmap).Pixels;
        return [.. Enumerable.Range(0, size * size).Select(i => pixels[3 * i] > byte.MaxValue / 2)];
    }

    private static void PaintThing(SKCanvas canvas, Thing thing, Look look)
    {
        using SKPath path = Outline.Of(thing.Shape);
        if (look.Shadow > 0)
        {
            canvas.Save();
            canvas.Translate(look.Shadow, look.Shadow);
            Place(canvas, look);
            using SKPaint shadow = Solid(new SKColor(0, 0, 0, 130));
            canvas.DrawPath(path, shadow);
            canvas.Restore();
        }

        canvas.Save();
        Place(canvas, look);
        if (thing.Fill == "hollow")
        {
            using SKPaint line = Stroke(look.Colour, HollowLine);
            canvas.DrawPath(path, line);
        }
        else
        {
            canvas.Save();
            canvas.ClipPath(path, SKClipOperation.Intersect, antialias: true);
            canvas.RotateDegrees(look.FillAngle);
            PaintFill(canvas, thing.Fill, look);
            canvas.Restore();
            if (look.OutlineWidth > 0)
            {
                using SKPaint line = Stroke(look.OutlineColour, look.OutlineWidth);
                using SKPathEffect? dash = look.OutlineDashed ? SKPathEffect.CreateDash([0.3f, 0.2f], 0) : null;
                line.PathEffect = dash;
                canvas.DrawPath(path, line);
            }
        }

        canvas.Restore();
    }

    private static void Place(SKCanvas canvas, Look look)
    {
        canvas.Translate(look.Centre);
        canvas.RotateDegrees(look.Rotation);
        canvas.Scale(look.Radius * MathF.Sqrt(look.Aspect), look.Radius / MathF.Sqrt(look.Aspect));
    }

    private static void PaintFill(SKCanvas canvas, string fill, Look look)
    {
        const float reach = 1.6f;
        float period = look.FillPeriod;
        using SKPaint first = Solid(look.Colour);
        using SKPaint second = Solid(look.SecondColour);
        SKRect all = new(-reach, -reach, reach, reach);
        int steps = (int)(reach / period) + 1;
        canvas.DrawRect(all, fill == "gridded" ? second : first);
        switch (fill)
        {
            case "solid":
                break;
            case "striped":
                for (int i = -steps; i <= steps; i++)
                    canvas.DrawRect(i * period - period * 0.22f, -reach, period * 0.44f, 2 * reach, second);
                break;
            case "dotted":
                for (int row = -steps; row <= steps; row++)
                for (int column = -steps; column <= steps; column++)
                    canvas.DrawCircle((column + (row % 2 == 0 ? 0 : 0.5f)) * period, row * period * 0.87f, period * 0.27f, second);
                break;
            case "checkered":
                float side = period * 0.72f;
                for (int row = -2 * steps; row <= 2 * steps; row++)
                for (int column = -2 * steps + (row & 1); column <= 2 * steps; column += 2)
                    canvas.DrawRect(column * side, row * side, side, side, second);
                break;
            case "faded":
                using (
                    SKShader shader = SKShader.CreateLinearGradient(
                        new SKPoint(-0.75f, 0),
                        new SKPoint(0.75f, 0),
                        [look.Colour, look.SecondColour],
                        SKShaderTileMode.Clamp
                    )
                )
                using (SKPaint gradient = new() { Shader = shader, IsAntialias = true })
                    canvas.DrawRect(all, gradient);
                break;
            case "gridded":
                for (int i = -steps; i <= steps; i++)
                {
                    canvas.DrawRect(i * period - period * 0.15f, -reach, period * 0.3f, 2 * reach, first);
                    canvas.DrawRect(-reach, i * period - period * 0.15f, 2 * reach, period * 0.3f, first);
                }

                break;
            default:
                throw new ArgumentException($"Unknown fill '{fill}'; known: {string.Join(", ", Words.Fills)}.", nameof(fill));
        }
    }

    private static void PaintBackdrop(SKCanvas canvas, Backdrop backdrop, ref Dice dice)
    {
        canvas.Clear(backdrop.First);
        canvas.Save();
        canvas.RotateDegrees(backdrop.Angle, 0.5f, 0.5f);
        using SKPaint second = Solid(backdrop.Second);
        switch (backdrop.Kind)
        {
            case BackdropKind.Gradient:
                using (
                    SKShader shader = SKShader.CreateLinearGradient(
                        new SKPoint(0, 0.5f),
                        new SKPoint(1, 0.5f),
                        [backdrop.First, backdrop.Second],
                        SKShaderTileMode.Clamp
                    )
                )
                using (SKPaint paint = new() { Shader = shader })
                    canvas.DrawRect(-1, -1, 3, 3, paint);
                break;
            case BackdropKind.Lines:
                float gap = dice.Range(0.12, 0.3);
                for (float x = -0.5f; x < 1.5f; x += gap)
                    canvas.DrawRect(x, -0.5f, gap * 0.3f, 2, second);
                break;
            case BackdropKind.Blobs:
                for (int i = 0; i < 9; i++)
                {
                    second.Color = backdrop.Second.WithAlpha((byte)(90 + dice.Below(120)));
                    canvas.DrawCircle(dice.Range(-0.1, 1.1), dice.Range(-0.1, 1.1), dice.Range(0.06, 0.25), second);
                }

                break;
            case BackdropKind.Tiles:
                float side = dice.Range(0.14, 0.28);
                for (int row = -4; row < 12; row++)
                for (int column = -4; column < 12; column++)
                {
                    second.Color = Palette.Shade(backdrop.Second, dice.Range(0.6, 1));
                    canvas.DrawRect(column * side, row * side, side * 0.92f, side * 0.92f, second);
                }

                break;
        }

        canvas.Restore();
    }

    private static void PaintOccluders(SKCanvas canvas, Look look, ref Dice dice)
    {
        using SKPaint paint = Solid(look.OccluderColour);
        for (int i = 0; i < look.Occluders; i++)
        {
            canvas.Save();
            canvas.Translate(dice.Range(0.25, 0.75), dice.Range(0.25, 0.75));
            canvas.RotateDegrees(dice.Range(0, 360));
            canvas.DrawRect(-1, -0.035f, 2, 0.07f, paint);
            canvas.Restore();
        }
    }

    /// <summary>Applies haze, light and noise to the bytes.</summary>
    private static void Expose(byte[] pixels, Look look, ref Dice dice)
    {
        if (look is { Haze: 0, Noise: 0, Light: (1, 1, 1) })
            return;
        ReadOnlySpan<float> light = [look.Light.R, look.Light.G, look.Light.B];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)
                Math.Clamp(
                    (pixels[i] * (1 - look.Haze) + look.HazeLevel * look.Haze) * light[i % 3] + look.Noise * dice.Normal() + 0.5,
                    0,
                    255
                );
    }

    private static SKPaint Solid(SKColor colour) => new() { Color = colour, IsAntialias = true };

    private static SKPaint Stroke(SKColor colour, float width) =>
        new()
        {
            Color = colour,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = width,
            StrokeJoin = SKStrokeJoin.Miter,
        };
}
