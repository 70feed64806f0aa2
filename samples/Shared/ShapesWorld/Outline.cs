using SkiaSharp;

namespace LiftPlus.Samples.Shapes;

/// <summary>Creates the outline of each shape around the origin, with a radius of about 1 and y pointing down.</summary>
internal static class Outline
{
    public static SKPath Of(string shape) =>
        shape switch
        {
            "circle" => Disc(0.92f),
            "square" => Polygon((-0.8f, -0.8f), (0.8f, -0.8f), (0.8f, 0.8f), (-0.8f, 0.8f)),
            "triangle" => Polygon((0, -0.98f), (0.98f, 0.78f), (-0.98f, 0.78f)),
            "star" => Star(),
            "heart" => Heart(),
            "cross" => Polygon(
                (-0.34f, -0.95f),
                (0.34f, -0.95f),
                (0.34f, -0.34f),
                (0.95f, -0.34f),
                (0.95f, 0.34f),
                (0.34f, 0.34f),
                (0.34f, 0.95f),
                (-0.34f, 0.95f),
                (-0.34f, 0.34f),
                (-0.95f, 0.34f),
                (-0.95f, -0.34f),
                (-0.34f, -0.34f)
            ),
            "moon" => Moon(),
            "arrow" => Polygon(
                (-0.95f, -0.36f),
                (0.05f, -0.36f),
                (0.05f, -0.9f),
                (0.98f, 0),
                (0.05f, 0.9f),
                (0.05f, 0.36f),
                (-0.95f, 0.36f)
            ),
            "ring" => Ring(),
            "drop" => Drop(),
            "hexagon" => Regular(6, 0.96f),
            "bolt" => Polygon((0.3f, -1), (-0.65f, 0.15f), (-0.08f, 0.15f), (-0.35f, 1), (0.65f, -0.25f), (0.06f, -0.25f)),
            _ => throw new ArgumentException($"Unknown shape '{shape}'; known: {string.Join(", ", Words.Shapes)}.", nameof(shape)),
        };

    private static SKPath Polygon(params ReadOnlySpan<(float X, float Y)> corners)
    {
        SKPath path = new();
        path.MoveTo(corners[0].X, corners[0].Y);
        foreach ((float x, float y) in corners[1..])
            path.LineTo(x, y);
        path.Close();
        return path;
    }

    private static SKPath Disc(float radius)
    {
        SKPath path = new();
        path.AddCircle(0, 0, radius);
        return path;
    }

    private static SKPath Regular(int corners, float radius) =>
        Polygon([.. Enumerable.Range(0, corners).Select(i => OnCircle(radius, 2 * MathF.PI * i / corners))]);

    private static SKPath Star() =>
        Polygon([.. Enumerable.Range(0, 10).Select(i => OnCircle(i % 2 == 0 ? 1.05f : 0.46f, MathF.PI * (i / 5f - 0.5f)))]);

    private static (float X, float Y) OnCircle(float radius, float angle) => (radius * MathF.Cos(angle), radius * MathF.Sin(angle));

    private static SKPath Heart()
    {
        SKPath path = new();
        path.MoveTo(0, 0.95f);
        path.CubicTo(-0.55f, 0.5f, -1.05f, 0.1f, -1f, -0.38f);
        path.CubicTo(-0.95f, -0.95f, -0.2f, -1.05f, 0, -0.45f);
        path.CubicTo(0.2f, -1.05f, 0.95f, -0.95f, 1f, -0.38f);
        path.CubicTo(1.05f, 0.1f, 0.55f, 0.5f, 0, 0.95f);
        path.Close();
        return path;
    }

    private static SKPath Moon()
    {
        using SKPath disc = Disc(0.98f);
        using SKPath bite = new();
        bite.AddCircle(0.55f, -0.1f, 0.78f);
        SKPath moon = disc.Op(bite, SKPathOp.Difference);
        moon.Transform(SKMatrix.CreateTranslation(0.2f, 0));
        return moon;
    }

    private static SKPath Ring()
    {
        using SKPath disc = Disc(0.98f);
        using SKPath hole = Disc(0.42f);
        return disc.Op(hole, SKPathOp.Difference);
    }

    private static SKPath Drop()
    {
        SKPath path = new();
        path.MoveTo(0, -1);
        path.CubicTo(0.25f, -0.45f, 0.75f, -0.1f, 0.72f, 0.35f);
        path.CubicTo(0.7f, 1.15f, -0.7f, 1.15f, -0.72f, 0.35f);
        path.CubicTo(-0.75f, -0.1f, -0.25f, -0.45f, 0, -1);
        path.Close();
        return path;
    }
}
