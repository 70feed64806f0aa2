namespace LiftPlus.Decisions;

/// <summary>Lists what is wrong with the labels and images of a dataset.</summary>
internal static class LabelFindings
{
    private const int TestNeighbors = 3;

    /// <summary>Returns the findings: kinds in their order, and within a kind the surest first.</summary>
    /// <param name="evidence">What speaks for and against the labels.</param>
    /// <param name="labels">The given labels.</param>
    public static IEnumerable<LabelFinding> Of(LabelEvidence evidence, int[] labels)
    {
        List<LabelFinding> findings = [.. Conflicts(evidence, labels)];
        HashSet<int> conflicting = [.. findings.Select(finding => finding.Index)];
        LabelScores scores = evidence.Scores;
        for (int row = 0; row < labels.Length; row++)
        {
            if (scores.IsDoubtful(row, labels[row]) && !conflicting.Contains(row))
                findings.Add(
                    new LabelFinding(LabelFindingKind.WrongLabel, row, labels[row], scores.Suggested[row], scores.Scores[row], null)
                );
            if (evidence.Exact[row] != row)
                findings.Add(new LabelFinding(LabelFindingKind.Copy, row, labels[row], null, 1, evidence.Exact[row]));
        }

        findings.AddRange(
            evidence
                .Near.Select(pair => (Row: Math.Max(pair.Row, pair.Other), Other: Math.Min(pair.Row, pair.Other), pair.Cosine))
                .Where(pair => evidence.Exact[pair.Row] == pair.Row)
                .GroupBy(pair => pair.Row)
                .Select(pairs => pairs.MaxBy(pair => pair.Cosine))
                .Select(pair => new LabelFinding(LabelFindingKind.NearCopy, pair.Row, labels[pair.Row], null, pair.Cosine, pair.Other))
        );
        return Ordered(findings);
    }

    /// <summary>Returns the training images that are also test images.</summary>
    /// <param name="train">The training images.</param>
    /// <param name="test">The test images, with labels of the same classes.</param>
    /// <param name="options">How similar copies are.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    public static IEnumerable<LabelFinding> InTest(
        AuditedImages train,
        AuditedImages test,
        LabelAuditOptions options,
        CancellationToken cancellationToken
    )
    {
        Dictionary<UInt128, int> known = [];
        foreach ((int row, UInt128 hash) in test.Hashes.Index())
            known.TryAdd(hash, row);
        Nearest nearest = Nearest.Find(
            LabelEvidence.Directions(train.Features, train.Features),
            LabelEvidence.Directions(test.Features, train.Features),
            TestNeighbors,
            cancellationToken
        );
        ILookup<int, (int Row, int Other, float Cosine)> near = CopyGroups
            .Near(nearest, train.Looks, test.Looks, options.CopySimilarity)
            .ToLookup(pair => pair.Row);
        return Ordered(
            from row in Enumerable.Range(0, train.Labels.Length)
            let found = Match(row)
            where found.Other >= 0
            let label = test.Labels[found.Other]
            select new LabelFinding(
                LabelFindingKind.TestCopy,
                row,
                train.Labels[row],
                label == train.Labels[row] ? null : label,
                found.Score,
                found.Other
            )
        );

        (int Other, double Score) Match(int row)
        {
            if (known.TryGetValue(train.Hashes[row], out int same))
                return (same, 1);
            return near[row].Any() ? (near[row].MaxBy(pair => pair.Cosine).Other, near[row].Max(pair => pair.Cosine)) : (-1, 0);
        }
    }

    // Of images with the same pixels and different labels, those with the label that fits best are kept.
    private static IEnumerable<LabelFinding> Conflicts(LabelEvidence evidence, int[] labels) =>
        from rows in Enumerable.Range(0, labels.Length).GroupBy(row => evidence.Exact[row])
        let given = rows.Select(row => labels[row]).Distinct().ToArray()
        where given.Length > 1
        let fits = given.ToDictionary(label => label, label => rows.Average(row => (double)evidence.Probabilities[row][label]))
        let best = fits.MaxBy(entry => (entry.Value, -entry.Key)).Key
        let kept = rows.First(row => labels[row] == best)
        from row in rows
        where labels[row] != best
        select new LabelFinding(
            LabelFindingKind.ConflictingLabel,
            row,
            labels[row],
            best,
            fits[best] / Math.Max(fits[best] + fits[labels[row]], double.Epsilon),
            kept
        );

    private static IEnumerable<LabelFinding> Ordered(IEnumerable<LabelFinding> findings) =>
        findings.OrderBy(finding => finding.Kind).ThenByDescending(finding => finding.Score).ThenBy(finding => finding.Index);
}
