using System.Globalization;
using OxyPlot;

namespace LiftPlus.Reports;

/// <summary>
/// Draws a chart of values with intervals as an SVG file that needs no page: it has its own legend, and colours for light and dark screens.
/// </summary>
internal static class IntervalFigure
{
    private const int Legend = 30; // the height of the line above the chart

    /// <summary>Returns the file's text.</summary>
    public static string Create(TitledIntervals content)
    {
        ChartSize size = ChartSize.Wide;
        string text = IntervalSection.Describe(content);
        string chart = ChartSvg.Export(IntervalChart.Draw(content), size, text, "figure-");
        string entries = string.Concat(
            content.Lines.Select(line => $"""<tspan dx="14" style="fill:{Color(line)}">●</tspan> {PageText.Escape(line.Title)}""")
        );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.Width} {size.Height + Legend}" font-family="sans-serif">
            <style>
            {PageStyle.Colors}
            </style>
            <rect width="100%" height="100%" style="fill:var(--ground)"/>
            <text x="32" y="{Legend - 8}" font-size="13.5" style="fill:var(--ink)">{entries}</text>
            <svg y="{Legend}" width="{size.Width}" height="{size.Height}" {chart["<svg ".Length..]}
            </svg>

            """
        );
    }

    private static string Color(IntervalLine line) => ChartColors.Variable(IntervalChart.ColorOf(line));
}
