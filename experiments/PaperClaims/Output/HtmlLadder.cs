using LiftPlus.Reports;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Creates the parts of the page about the ladder of foundations.</summary>
internal static class HtmlLadder
{
    public static TitledTable Table(LadderFindings ladder) =>
        new(LadderText.Title, LadderText.Columns, [.. ladder.Rungs.Select(LadderText.Cells)])
        {
            Text = string.Join(" ", LadderText.Verdicts(ladder)),
        };

    public static TitledIntervals Figure(LadderFindings ladder) =>
        new(
            "Who is ahead, by the strength of the foundation",
            "zero-shot accuracy of the foundation %",
            "LIFT+ minus full fine-tuning",
            [
                new IntervalLine("few-shot classes", ShotGroup.Few, Points(ladder.Points(rung => rung.Few))),
                new IntervalLine("all classes", null, Points(ladder.Points(rung => rung.Overall))),
            ]
        )
        {
            Text = $"{LadderText.Explanation} {string.Join(" ", LadderText.Verdicts(ladder))}",
        };

    public static IEnumerable<TitledComparison> Comparisons(LadderFindings ladder) =>
        from rung in ladder.Rungs
        let comparison = ladder.Runs.Compare(rung.World, LadderTable.Table)
        where comparison is not null
        select new TitledComparison($"Foundation: {rung.World.Title}", comparison, rung.World.Description);

    private static IReadOnlyList<IntervalPoint> Points(IEnumerable<LadderPoint> points) =>
        [.. points.Select(point => new IntervalPoint(point.ZeroShot, point.Mean, point.Low, point.High))];
}
