using OxyPlot;

namespace LiftPlus.Reports;

/// <summary>
/// Colours that stand for the page's variables: OxyPlot writes them as rgb(1,0,n), and <see cref="ChartSvg"/> puts <c>var(--name)</c> in their place, so that one drawing
/// serves light and dark.
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

    /// <summary>The page's variable for a colour, whatever its opacity.</summary>
    public static string Variable(OxyColor color) => Variable(color.B)!;

    /// <summary>The variable that rgb(1,0,n) stands for; null for another colour.</summary>
    public static string? Variable(byte n) => n < s_names.Length ? $"var(--{s_names[n]})" : null;

    private static OxyColor Of(string name) => OxyColor.FromRgb(1, 0, (byte)Array.IndexOf(s_names, name));
}
