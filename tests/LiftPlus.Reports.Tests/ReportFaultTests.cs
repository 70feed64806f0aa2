using LiftPlus.TestSupport;

namespace LiftPlus.Reports.Tests;

public sealed class ReportFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFaultAtAnyStep_LeavesTheEarlierPageOrTheNewOne()
    {
        string file = _folder["reports/page.html"];
        HtmlReportContent earlier = new() { Title = "Earlier" },
            later = new() { Title = "Later" };
        string[] pages = [HtmlReport.Create(earlier), HtmlReport.Create(later)];
        FaultInjection.Run(
            () => HtmlReport.Write(file, earlier),
            () => HtmlReport.Write(file, later),
            thrown =>
            {
                Assert.Contains(File.ReadAllText(file), pages);
                if (thrown is LiftPlusException)
                    Assert.Contains(file, thrown.Message);
            },
            () =>
            {
                Assert.Equal(pages[1], File.ReadAllText(file));
                Assert.Equal([file], Directory.GetFileSystemEntries(_folder["reports"]));
            }
        );
    }
}
