using System.Text.RegularExpressions;
using LiftPlus.Data;
using LiftPlus.Metrics;

namespace LiftPlus.Reports.Tests;

public sealed partial class HtmlReportTests
{
    private const int Limit = 3_000_000;

    private static readonly string s_hostile =
        "<script>alert(1)</script>\"'><img src=http://example.org/x onerror=alert(1)> &amp; \u0001\ud800\u202e |";

    private static HtmlReportContent Everything
    {
        get
        {
            EvaluationReport report = SyntheticRuns.Report(30, 20);
            return new HtmlReportContent
            {
                Title = "A run",
                Evaluation = report,
                Test = SyntheticRuns.Images(report),
                Trainings = [new TitledTraining("LIFT+", SyntheticRuns.History())],
                Comparisons = [new TitledComparison("Methods", SyntheticRuns.Comparison())],
                Diagnostics =
                [
                    new TitledDiagnostic("Full fine-tuning", SyntheticRuns.Diagnostic(0.1)),
                    new TitledDiagnostic("LIFT+", SyntheticRuns.Diagnostic(0)),
                ],
            };
        }
    }

    [Fact]
    public void EveryChartHasATextAlternative()
    {
        string page = HtmlReport.Create(Everything);
        string[] drawings = [.. Drawing().Matches(page).Select(match => match.Value)];
        Assert.True(drawings.Length >= 20);
        Assert.All(drawings, drawing =>
            Assert.Matches("""<svg [^>]*role="img"[^>]*aria-label="[^"]{20,}"|<img [^>]*alt="[^"]{5,}"[^>]*>""", drawing)
        );
        foreach (string figure in WideFigure().Matches(page).Select(match => match.Value))
            Assert.Contains("<details><summary>Show the numbers</summary>\n<div class=\"scroll\"", figure, StringComparison.Ordinal);
        Assert.Equal(WideFigure().Count(page), Regex.Count(page, "class=\"wide\">"));
    }

    [Fact]
    public void NothingIsRequested()
    {
        string page = HtmlReport.Create(Everything);
        Assert.Contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<link", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href", page, StringComparison.OrdinalIgnoreCase);
        Assert.All(Source().Matches(page).Select(match => match.Groups[1].Value), source =>
            Assert.StartsWith("data:image/", source, StringComparison.Ordinal)
        );
        Assert.All(Url().Matches(page).Select(match => match.Groups[1].Value), url =>
            Assert.StartsWith("#", url, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.True(page.Length < Limit, $"{page.Length}");
    }

    [Fact]
    public void DrawingsTakeTheirColoursFromThePage()
    {
        string page = HtmlReport.Create(Everything);
        Assert.Empty(Fixed().Matches(page).Select(match => match.Value).Distinct());
        string[] ids = [.. Id().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Equal(ids.Distinct().Count(), ids.Length);
        Assert.All(Url().Matches(page).Select(match => match.Groups[1].Value[1..]), id => Assert.Contains(id, ids));
    }

    [Fact]
    public void TextIsNeverMarkup()
    {
        EvaluationReport report = SyntheticRuns.Report(3, 20, name: c => $"{c} {s_hostile}");
        RunComparison comparison = RunComparison.Create([
            new ComparedRun(s_hostile, 0, report),
            new ComparedRun("b" + s_hostile, 0, report),
        ]);
        string page = HtmlReport.Create(
            new HtmlReportContent
            {
                Title = s_hostile,
                Introduction = [s_hostile],
                Tables =
                [
                    new TitledTable(
                        s_hostile,
                        [s_hostile],
                        [
                            [s_hostile],
                        ]
                    )
                    {
                        Text = s_hostile,
                    },
                ],
                Evaluation = report with
                {
                    Recipe = new FineTuningRecipe { Backbone = s_hostile.Replace("\ud800", "", StringComparison.Ordinal) },
                },
                Test = SyntheticRuns.Images(report),
                Trainings =
                [
                    new TitledTraining(s_hostile, SyntheticRuns.History()),
                    new TitledTraining("b" + s_hostile, SyntheticRuns.History()),
                ],
                Comparisons = [new TitledComparison(s_hostile, comparison, s_hostile)],
                Diagnostics = [new TitledDiagnostic(s_hostile, SyntheticRuns.Diagnostic(0))],
            }
        );
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img src=http", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0001', page);
        Assert.DoesNotContain('\u202e', page); // would turn the text behind it around
        Assert.All(page, letter =>
            Assert.False(char.IsSurrogate(letter) && !page.Contains(letter + "\udc00", StringComparison.Ordinal) && letter == '\ud800')
        );
        Assert.All(Tag().Matches(page).Select(match => match.Value), tag =>
            Assert.DoesNotContain("onerror", OutsideQuotes().Replace(tag, ""), StringComparison.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public void OwnTablesComeBeforeComparisons()
    {
        var table = new TitledTable(
            "Claims",
            ["claim", "verdict", "points"],
            [
                ["one", "shown", "+2.0"],
            ]
        )
        {
            Text = "By rules.",
            TextColumns = 2,
        };
        string page = HtmlReport.Create(
            new HtmlReportContent
            {
                Title = "A run",
                Tables = [table],
                Comparisons = [new TitledComparison("Methods", SyntheticRuns.Comparison())],
            }
        );
        Assert.Contains("<h2>Claims</h2>\n<p>By rules.</p>", page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">one</th><td>shown</td><td class=\"n\">+2.0</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<caption>Claims</caption>", page, StringComparison.Ordinal); // the heading says it
        Assert.Contains("<caption>Mean ", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("+2.0", StringComparison.Ordinal) < page.IndexOf("<h2>Methods</h2>", StringComparison.Ordinal));
    }

    [Fact]
    public void TrainingsAreNamedWhereThereAreSeveral_AndLeftOutWhereNothingWasRecorded()
    {
        TitledTraining light = new("LIFT+", SyntheticRuns.History()),
            heavy = new("All blocks", new TrainingHistory(light.History.Points)),
            none = new("Zero-shot", new TrainingHistory());
        string Page(params TitledTraining[] trainings) =>
            HtmlReport.Create(new HtmlReportContent { Title = "Runs", Trainings = trainings });
        Assert.DoesNotContain("<h3>", Page(light), StringComparison.Ordinal);
        string page = Page(none, light, heavy);
        Assert.Contains("<h3>LIFT+</h3>", page, StringComparison.Ordinal);
        Assert.Contains("<h3>All blocks</h3>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Zero-shot", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<h2>Training</h2>", Page(none), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 20)]
    [InlineData(9000, 2)]
    public void ManyClassesFitIntoTheLimit(int classes, int images)
    {
        EvaluationReport report = SyntheticRuns.Report(classes, images);
        string page = HtmlReport.Create(
            new HtmlReportContent
            {
                Title = "Many classes",
                Evaluation = report,
                Test = SyntheticRuns.Images(report),
                Trainings = [new TitledTraining("LIFT+", SyntheticRuns.History())],
            }
        );
        Assert.True(page.Length < Limit, $"{page.Length}");
    }

    [Fact]
    public void ThumbnailsKeepWithinTheirLimits()
    {
        HtmlReportContent content = Everything with { Comparisons = [], Diagnostics = [] };
        Assert.Equal(3, Regex.Count(HtmlReport.Create(content with { MaxThumbnails = 3 }), "data:image/jpeg"));
        Assert.Equal(0, Regex.Count(HtmlReport.Create(content with { MaxThumbnailBytes = 100 }), "data:image/jpeg"));
        Assert.Equal(0, Regex.Count(HtmlReport.Create(content with { Test = null }), "data:image/jpeg"));
        var gone = new ImageDataset(content.Test!.Select(image => new LabeledImage("gone.jpg", image.Label)), content.Test!.ClassNames);
        Assert.Equal(0, Regex.Count(HtmlReport.Create(content with { Test = gone }), "data:image/jpeg"));
        Assert.Contains(
            "MaxThumbnails",
            Assert.Throws<LiftPlusException>(() => HtmlReport.Create(content with { MaxThumbnails = -1 })).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void SmallestRunsHaveAPage()
    {
        Assert.Contains("<h1>Nothing</h1>", HtmlReport.Create(new HtmlReportContent { Title = "Nothing" }), StringComparison.Ordinal);
        EvaluationReport one = SyntheticRuns.Report(1, 1);
        Assert.Contains(
            "n/a",
            HtmlReport.Create(
                new HtmlReportContent
                {
                    Title = "One",
                    Evaluation = one,
                    Comparisons = [new TitledComparison("One", RunComparison.Create([new ComparedRun("a", 0, one)]))],
                }
            ),
            StringComparison.Ordinal
        );
        var never = new ClassDistribution(["a"], [0]);
        EvaluationReport metricsOnly = one with
        {
            Classes = never,
            Metrics = ClassificationMetrics.Compute([0], [-1], never),
            Outcomes = [],
            ImageNames = [],
        };
        Assert.Contains(
            "One class is never predicted correctly",
            HtmlReport.Create(new HtmlReportContent { Title = "Bare", Evaluation = metricsOnly }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void FilesAreWrittenWhole()
    {
        string folder = Directory.CreateTempSubdirectory("liftplus-test-").FullName;
        try
        {
            string file = Path.Combine(folder, "deep", "report.html");
            HtmlReport.Write(file, new HtmlReportContent { Title = "First" });
            HtmlReport.Write(file, new HtmlReportContent { Title = "Second" });
            Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(file), StringComparison.Ordinal);
            Assert.Contains("Second", File.ReadAllText(file), StringComparison.Ordinal);
            Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
            Assert.Contains(
                "cannot be written",
                Assert
                    .Throws<LiftPlusException>(() =>
                        HtmlReport.Write(Path.Combine(file, "below.html"), new HtmlReportContent { Title = "" })
                    )
                    .Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("<svg [^>]*>|<img [^>]*>")]
    private static partial Regex Drawing();

    [GeneratedRegex("<figure>\n(<p class=\"legend\">[^\n]*\n)?<div class=\"wide\">.*?</figure>", RegexOptions.Singleline)]
    private static partial Regex WideFigure();

    [GeneratedRegex("src=\"([^\"]{0,40})")]
    private static partial Regex Source();

    [GeneratedRegex(@"url\(([^)]*)\)")]
    private static partial Regex Url();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Id();

    [GeneratedRegex(@"rgb\([^)]*\)|(fill|stroke):(black|white)|(fill|stroke)=""(?!none|var)[^""]*""")]
    private static partial Regex Fixed();

    [GeneratedRegex("<[a-z][^<>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex OutsideQuotes();
}
