using LiftPlus.Data;
using LiftPlus.Evaluation;
using LiftPlus.Metrics;

namespace LiftPlus.Tests.Evaluation;

/// <summary>Names of classes, methods and files that are markup.</summary>
public sealed class MarkdownTests
{
    public static TheoryData<string, string> Names =>
        new()
        {
            { "red panda", "red panda" },
            { "fire_truck", "fire_truck" },
            { "C-3PO's x-ray, 1.5 mm (new) 50%", "C-3PO's x-ray, 1.5 mm (new) 50%" },
            { "Ziege, Bär & Maus", "Ziege, Bär &amp; Maus" },
            { "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
            { "&lt;b&gt;", "&amp;lt;b&amp;gt;" },
            { "![x](http://evil.example/?q)", @"!\[x\](http\://evil.example/?q)" },
            { "www.evil.example", @"www\.evil.example" },
            { "*bold* _it_ __init__ ~~gone~~ `code` $x$", @"\*bold\* \_it\_ \_\_init\_\_ \~\~gone\~\~ \`code\` \$x\$" },
            { "a|b\\|c", @"a\|b\\\|c" },
            { "# heading", @"\# heading" },
            { "- item", @"\- item" },
            { "1. item", @"1\. item" },
            { "> quote", "&gt; quote" },
            { "two\r\n\r\nlines\tand\u2028three", "two lines and three" },
            { "  wide   name ", "wide name" },
            { "a\u202Egpj.exe", "a\uFFFDgpj.exe" },
            { "a\u2066b\u2069", "a\uFFFDb\uFFFD" },
            { "esc\u001B[31mred", "esc\uFFFD\\[31mred" },
            { "half \uD800 pair", "half \uFFFD pair" },
            { "👩‍🚀 می‌خواهم", "👩‍🚀 می‌خواهم" }, // joiners belong to the words
        };

    [Theory]
    [MemberData(nameof(Names))]
    public void ANameIsShownAsItIs(string name, string written) => Assert.Equal(written, MarkdownText.Escape(name));

    [Theory]
    [InlineData("a.png", "`a.png`")]
    [InlineData("a`b.png", "`` a`b.png ``")]
    [InlineData("``", "``` `` ```")]
    [InlineData("a\n\n<b>\u202Egnp.a", "`a <b>\uFFFDgnp.a`")]
    public void AFileIsCode_WhateverItsName(string name, string written) => Assert.Equal(written, MarkdownText.Code(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void AReportEscapesEveryName(string name, string written)
    {
        var classes = new ClassDistribution([name, "other"], [5, 200]);
        ImageOutcome[] outcomes = [new(0, 0, 1, true, 0.9f), new(1, 1, 1, true, 0.8f)];
        var report = new EvaluationReport
        {
            Metrics = ClassificationMetrics.Compute(outcomes, classes),
            Classes = classes,
            Outcomes = [.. outcomes],
            Seconds = 1,
            SkippedImages = [new UnreadableImage(name, name)],
        };
        string text = report.ToMarkdown();
        Assert.Contains($"Worst class: {written}, 0.0", text);
        Assert.Contains($"| {written} | other | 1 | 100.0 |", text);
        Assert.Contains($"- {MarkdownText.Code(name)}: {written}", text);

        string comparison = RunComparison.Create([new ComparedRun(name, 0, report), new ComparedRun("other", 0, report)]).ToMarkdown();
        Assert.Contains($"| {written} | ", comparison);
        Assert.Contains($" than {written} ", comparison);
    }
}
