namespace LiftPlus.Reports;

/// <summary>Writes a chart of values with intervals; nothing if it has no points.</summary>
internal static class IntervalSection
{
    private const string Format = "+0.0;-0.0;0.0";

    public static void Write(Page page, TitledIntervals content)
    {
        if (content.Lines.All(line => line.Points.Count == 0))
            return;
        page.Section(content.Title, content.Text);
        page.Chart(
            $"{content.Vertical}, in percentage points, with 95 % intervals.",
            Describe(content),
            _ => IntervalChart.Draw(content),
            () =>
                page.Table(
                    content.Title,
                    ["", content.Horizontal, content.Vertical, "low", "high"],
                    content.Lines.SelectMany(line =>
                        line.Points.Select(point =>
                            (string[])
                                [
                                    line.Title,
                                    PageText.Number(point.X, "0.0"),
                                    PageText.Number(point.Mean, Format),
                                    PageText.Number(point.Low, Format),
                                    PageText.Number(point.High, Format),
                                ]
                        )
                    )
                )
        );
    }

    /// <summary>Returns the text for readers who do not see the chart.</summary>
    public static string Describe(TitledIntervals content) =>
        $"{content.Vertical} against {content.Horizontal}: {string.Join("; ", content.Lines.Select(Describe))}.";

    private static string Describe(IntervalLine line) =>
        $"{line.Title} "
        + string.Join(", ", line.Points.Select(point => $"{PageText.Number(point.Mean, Format)} at {PageText.Number(point.X, "0")}"));
}
