using OxyPlot;

namespace LiftPlus.Reports;

/// <summary>
/// Provides colours that stand for the page's CSS variables: OxyPlot writes them as rgb(1,0,n), and <see cref="ChartSvg"/> replaces them
/// with <c>var(--name)</c>, so that one drawing works on light and dark screens.
/// </summary>
internal static class ChartColors
{
    private static readonly string[] s_names = ["ink", "soft", "line", "many", "medium", "few", "accent", "a", "b", "ground"];

    public static OxyColor Ink => Of("ink");

    public static OxyColor Soft => Of("soft");

    public static OxyColor Line => Of("line");

    public static OxyColor Accent => Of("accent");

    public static OxyColor First => Of("a");

    public static OxyColor Second => Of("b");

    public static OxyColor Of(ShotGroup group) => Of(PageText.Of(group));

    public static OxyColor Faint(OxyColor color, double opacity) => OxyColor.FromAColor((byte)(255 * opacity), color);

    /// <summary>Returns the page's variable for a colour of any opacity.</summary>
    public static string Variable(OxyColor color) => Variable(color.B)!;

    /// <summary>Returns the variable that rgb(1,0,n) stands for; null for another n.</summary>
    public static string? Variable(byte n) => n < s_names.Length ? $"var(--{s_names[n]})" : null;

    private static OxyColor Of(string name) => OxyColor.FromRgb(1, 0, (byte)Array.IndexOf(s_names, name));
}
