namespace LiftPlus.Reports.Tests;

public sealed class PolicySectionTests
{
    [Fact]
    public void ThePageShowsPromisesBesideWhatHappened()
    {
        string page = HtmlReport.Create(new HtmlReportContent { Title = "Decisions", Policy = SyntheticRuns.Policy() });
        Assert.Contains("Sets of classes have the true class for 80.0&#160;%", page, StringComparison.Ordinal);
        Assert.Contains("few-shot classes", page, StringComparison.Ordinal);
        Assert.Contains("mean coverage of classes", page, StringComparison.Ordinal);
        Assert.Contains("area under the ROC curve, MaximumSoftmax", page, StringComparison.Ordinal);
        Assert.DoesNotContain("for the mix of the policy", page, StringComparison.Ordinal);
        PolicyReport adapted = SyntheticRuns.Policy([0.8, 0.1, 0.1]);
        page = HtmlReport.Create(new HtmlReportContent { Title = "Decisions", Policy = adapted });
        Assert.Contains("for the mix of the policy", page, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAPolicyThereIsNoSection() =>
        Assert.DoesNotContain(">Decisions<", HtmlReport.Create(new HtmlReportContent { Title = "Page" }), StringComparison.Ordinal);
}
