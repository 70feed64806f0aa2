namespace LiftPlus.Reports;

/// <summary>
/// Provides perceptually uniform colours from dark blue through green to yellow for 0 to 1: five points of matplotlib's viridis, which is
/// in the public domain.
/// </summary>
internal static class HeatColors
{
    private static readonly (int R, int G, int B)[] s_points = [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)];

    /// <summary>Returns red, green, blue and opacity.</summary>
    public static ReadOnlySpan<byte> Of(double value)
    {
        double place = Math.Clamp(double.IsNaN(value) ? 0 : value, 0, 1) * (s_points.Length - 1);
        int below = Math.Min((int)place, s_points.Length - 2);
        var ((r, g, b), (R, G, B), t) = (s_points[below], s_points[below + 1], place - below);
        return new[] { (byte)(r + t * (R - r)), (byte)(g + t * (G - g)), (byte)(b + t * (B - b)), byte.MaxValue };
    }
}
