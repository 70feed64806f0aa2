namespace LiftPlus.Reports.Tests;

public sealed class IntervalSectionTests
{
    private static readonly IntervalPoint s_left = new(20, -3.5, -6, -1);
    private static readonly IntervalPoint s_right = new(85, 4, 1.5, 6.5);

    [Fact]
    public void AChartOfIntervalsHasItsNumbersAndALineForEachTitle()
    {
        string page = Page(
            new IntervalLine("few-shot classes", ShotGroup.Few, [s_left, s_right]),
            new IntervalLine("all classes", null, [s_right])
        );
        Assert.Contains("few-shot classes -3.5 at 20, +4.0 at 85; all classes +4.0 at 85.", page);
        Assert.Contains("<th scope=\"row\">few-shot classes</th><td class=\"n\">20.0</td><td class=\"n\">-3.5</td>", page);
        Assert.Contains("var(--few)", page);
        Assert.Contains("var(--accent)", page);
        Assert.Contains("Positive values speak for the first.", page);
    }

    [Fact]
    public void ASinglePointIsDrawn() => Assert.Contains("+4.0 at 85", Page(new IntervalLine("one", null, [s_right])));

    [Fact]
    public void WithoutPointsThereIsNoSection()
    {
        Assert.DoesNotContain("Differences", Page());
        Assert.DoesNotContain("Differences", Page(new IntervalLine("none", null, [])));
    }

    [Fact]
    public void ASentenceNamesItsComparisonIfThereAreSeveral()
    {
        RunComparison comparison = SyntheticRuns.Comparison();
        string Summary(params string[] titles) =>
            HtmlReport
                .Create(
                    new HtmlReportContent
                    {
                        Title = "A page",
                        Comparisons = [.. titles.Select(title => new TitledComparison(title, comparison))],
                    }
                )
                .Split("<h2>")[0];
        Assert.Contains("<li>first table: ", Summary("first table", "second table"));
        Assert.DoesNotContain("<li>first table: ", Summary("first table"));
    }

    private static string Page(params IntervalLine[] lines) =>
        HtmlReport.Create(
            new HtmlReportContent
            {
                Title = "A page",
                Intervals =
                [
                    new TitledIntervals("Differences", "zero-shot accuracy", "first minus second", lines)
                    {
                        Text = "Positive values speak for the first.",
                    },
                ],
            }
        );
}
