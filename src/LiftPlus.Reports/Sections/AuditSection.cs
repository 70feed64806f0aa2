namespace LiftPlus.Reports;

/// <summary>Writes what is wrong with the labels and images of a dataset, with thumbnails of the surest findings.</summary>
internal static class AuditSection
{
    private const int MaxPairs = 20,
        MaxListed = 50,
        ImagesPerKind = 12,
        MaxNameLength = 40;

    public static void Write(Page page, LabelAudit audit, ThumbnailBudget budget)
    {
        LabelFinding[] findings = [.. audit.Findings];
        page.Section(
            "Labels",
            $"{PageText.Count(findings.DistinctBy(finding => finding.Index).Count())} of {PageText.Count(audit.Dataset.Count)} images were "
                + "found. Look at them before you remove them: rare classes are harder to judge."
        );
        page.Table(
            "What was found",
            ["", "images", .. Enum.GetValues<ShotGroup>().Select(group => $"of {PageText.Of(group)}-shot classes")],
            Enum.GetValues<LabelFindingKind>().Select(kind => Row(audit, [.. findings.Where(finding => finding.Kind == kind)], Title(kind)))
        );
        LabelFinding[] wrong = [.. findings.Where(finding => finding.Kind == LabelFindingKind.WrongLabel)];
        if (wrong.Length > 0)
            page.Table(
                "Labels that look like another class",
                ["label", "looks like", "images"],
                wrong
                    .CountBy(finding => (finding.Label, Suggested: finding.SuggestedLabel!.Value))
                    .OrderByDescending(pair => pair.Value)
                    .ThenBy(pair => pair.Key)
                    .Take(MaxPairs)
                    .Select(pair => (string[])[Name(audit, pair.Key.Label), Name(audit, pair.Key.Suggested), PageText.Count(pair.Value)]),
                textColumns: 2
            );
        foreach (IGrouping<LabelFindingKind, LabelFinding> kind in findings.GroupBy(finding => finding.Kind))
            Write(page, audit, kind, budget);
    }

    private static void Write(Page page, LabelAudit audit, IGrouping<LabelFindingKind, LabelFinding> kind, ThumbnailBudget budget)
    {
        page.Heading(Title(kind.Key));
        (byte[], string)[] shown =
        [
            .. kind.Take(ImagesPerKind)
                .Select(finding => (Jpeg: budget.Take(audit.Dataset[finding.Index]), Text: Text(audit, finding)))
                .Where(entry => entry.Jpeg is not null)
                .Select(entry => (entry.Jpeg!, entry.Text)),
        ];
        if (shown.Length > 0)
            page.Thumbnails(shown);
        page.Details(kind.Count() > MaxListed ? $"The surest {MaxListed} of {PageText.Count(kind.Count())}" : "Show the list", () =>
            page.Table(
                Title(kind.Key),
                ["image", "label", "looks like", "copy of", "score"],
                kind.Take(MaxListed)
                    .Select(finding =>
                        (string[])
                            [
                                PageText.Short(audit.Dataset[finding.Index].Name, 2 * MaxNameLength),
                                Name(audit, finding.Label),
                                finding.SuggestedLabel is int label ? Name(audit, label) : "",
                                Other(audit, finding),
                                PageText.Number(finding.Score, "0.000"),
                            ]
                    ),
                textColumns: 4
            )
        );
    }

    private static string[] Row(LabelAudit audit, LabelFinding[] findings, string title) =>
        [
            title,
            PageText.Count(findings.Length),
            .. Enum.GetValues<ShotGroup>()
                .Select(group => PageText.Count(findings.Count(finding => audit.Dataset.Classes.GroupOf(finding.Label) == group))),
        ];

    private static string Text(LabelAudit audit, LabelFinding finding) =>
        finding.SuggestedLabel is int label ? $"{Name(audit, finding.Label)}, looks like {Name(audit, label)}"
        : finding.OtherIndex is not null ? $"{Name(audit, finding.Label)}, copy of {Other(audit, finding)}"
        : Name(audit, finding.Label);

    private static string Other(LabelAudit audit, LabelFinding finding) =>
        finding.OtherIndex is not int index
            ? ""
            : PageText.Short((finding.Kind == LabelFindingKind.TestCopy ? audit.Test! : audit.Dataset)[index].Name, 2 * MaxNameLength);

    private static string Name(LabelAudit audit, int label) => PageText.Short(audit.Dataset.ClassNames[label], MaxNameLength);

    private static string Title(LabelFindingKind kind) =>
        kind switch
        {
            LabelFindingKind.TestCopy => "Also in the test set",
            LabelFindingKind.ConflictingLabel => "Same pixels, other label",
            LabelFindingKind.WrongLabel => "Likely wrong labels",
            LabelFindingKind.Copy => "Copies",
            _ => "Near copies",
        };
}
