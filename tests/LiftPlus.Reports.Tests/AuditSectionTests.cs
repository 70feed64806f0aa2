namespace LiftPlus.Reports.Tests;

public sealed class AuditSectionTests
{
    [Fact]
    public void ThePageShowsWhatWasFoundWithThumbnails()
    {
        string page = HtmlReport.Create(new HtmlReportContent { Title = "Audit", Audit = Audit() });
        Assert.Contains("3 of 30 images were found", page, StringComparison.Ordinal);
        Assert.Contains("class 1, looks like class 2", page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">Likely wrong labels</th><td class=\"n\">2</td>", page, StringComparison.Ordinal);
        Assert.Contains("copy of image 3 in memory", page, StringComparison.Ordinal);
        Assert.Contains("Also in the test set", page, StringComparison.Ordinal); // in the table, though there are none
        Assert.DoesNotContain("<h3>Also in the test set", page, StringComparison.Ordinal);
        Assert.Equal(3, Thumbnails(page));
    }

    [Fact]
    public void ThumbnailsStayWithinTheLimitOfThePage()
    {
        string page = HtmlReport.Create(
            new HtmlReportContent
            {
                Title = "Audit",
                Audit = Audit(),
                MaxThumbnails = 1,
            }
        );
        Assert.Equal(1, Thumbnails(page));
    }

    [Fact]
    public void WithoutAnAuditThereIsNoSection() =>
        Assert.DoesNotContain(">Labels<", HtmlReport.Create(new HtmlReportContent { Title = "Page" }), StringComparison.Ordinal);

    private static int Thumbnails(string page) => page.Split("data:image/jpeg").Length - 1;

    private static LabelAudit Audit() =>
        new(
            SyntheticRuns.Images(SyntheticRuns.Report(3, 10)),
            null,
            [
                new LabelFinding(LabelFindingKind.WrongLabel, 12, 1, 2, 0.9, null),
                new LabelFinding(LabelFindingKind.WrongLabel, 4, 0, 2, 0.7, null),
                new LabelFinding(LabelFindingKind.Copy, 25, 2, null, 1, 3),
            ]
        );
}
