using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LiftPlus.Reports;

/// <summary>Creates the parts that all charts share.</summary>
internal static class Chart
{
    private const double Font = 12.5;

    public static PlotModel Create() =>
        new()
        {
            DefaultFont = "sans-serif",
            DefaultFontSize = Font,
            TextColor = ChartColors.Ink,
            PlotAreaBorderThickness = new OxyThickness(0),
            PlotAreaBorderColor = OxyColors.Undefined,
            Background = OxyColors.Undefined,
            Padding = new OxyThickness(4, 8, 12, 4),
            PlotMargins = new OxyThickness(double.NaN),
            IsLegendVisible = false, // the page writes the legend itself, in its own font
        };

    public static T With<T>(this T axis, AxisPosition position, string title, bool grid = true)
        where T : Axis
    {
        axis.Position = position;
        axis.Title = title;
        axis.TitleColor = ChartColors.Soft;
        axis.TextColor = ChartColors.Soft;
        axis.AxislineColor = axis.TicklineColor = axis.MinorTicklineColor = axis.MajorGridlineColor = ChartColors.Line;
        axis.AxislineStyle = position is AxisPosition.Bottom ? LineStyle.Solid : LineStyle.None;
        axis.MajorGridlineStyle = grid ? LineStyle.Solid : LineStyle.None;
        axis.MinorTickSize = 0;
        axis.MajorTickSize = position is AxisPosition.Bottom ? 4 : 0;
        axis.AxisTitleDistance = 12;
        return axis;
    }

    public static LineSeries Line(OxyColor color, string? title = null, LineStyle style = LineStyle.Solid, double width = 2) =>
        new()
        {
            Color = color,
            StrokeThickness = width,
            LineStyle = style,
            Title = title,
            LineJoin = LineJoin.Round,
        };

    /// <summary>Creates a label at a point of the plot.</summary>
    public static TextAnnotation Label(
        string text,
        double x,
        double y,
        VerticalAlignment vertical = VerticalAlignment.Bottom,
        HorizontalAlignment horizontal = HorizontalAlignment.Center
    ) =>
        new()
        {
            Text = PageText.Clean(text),
            TextPosition = new DataPoint(x, y),
            TextVerticalAlignment = vertical,
            TextHorizontalAlignment = horizontal,
            Stroke = OxyColors.Undefined,
            StrokeThickness = 0,
            TextColor = ChartColors.Ink,
            FontSize = Font,
        };
}
