namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Compares light with heavy fine-tuning on every foundation, and finds where one overtakes the other.</summary>
internal sealed class LadderFindings
{
    public LadderFindings(Findings runs, IReadOnlyList<string> notPretrained)
    {
        (Runs, NotPretrained) = (runs, notPretrained);
        Rungs = [.. runs.Plan.Worlds.Select(Judge)];
        Few = Crossing.Of(Points(rung => rung.Few));
        Overall = Crossing.Of(Points(rung => rung.Overall));
    }

    /// <summary>Gets the runs behind the rungs.</summary>
    public Findings Runs { get; }

    /// <summary>Gets the names of the foundations that do not exist yet.</summary>
    public IReadOnlyList<string> NotPretrained { get; }

    /// <summary>Gets the rungs, from the weakest foundation to the strongest.</summary>
    public IReadOnlyList<Rung> Rungs { get; }

    /// <summary>Gets the crossing on the few-shot classes.</summary>
    public Crossing Few { get; }

    /// <summary>Gets the crossing over all test images.</summary>
    public Crossing Overall { get; }

    /// <summary>Returns the rungs with a result as points of the figure.</summary>
    public IReadOnlyList<LadderPoint> Points(Func<Rung, PairedDifference?> differenceOf) =>
        [
            .. Rungs
                .Select(rung =>
                    rung.ZeroShot is Spread zeroShot && differenceOf(rung) is PairedDifference difference
                        ? new LadderPoint(zeroShot.Mean, difference.Points.Mean, difference.Low, difference.High)
                        : null
                )
                .OfType<LadderPoint>()
                .OrderBy(point => point.ZeroShot),
        ];

    private Rung Judge(World world)
    {
        IReadOnlyList<(int Seed, string Rate, EvaluationReport Report)> light = Choose(world, LadderTable.Light);
        IReadOnlyList<(int Seed, string Rate, EvaluationReport Report)> heavy = Choose(world, LadderTable.Heavy);
        return new Rung(
            world,
            Spread.From([.. Runs.Reports(world, LadderTable.ZeroShot).Select(run => run.Report.Metrics.Overall)]),
            Difference(ReportMeasure.Few),
            Difference(ReportMeasure.Overall),
            [.. light.Select(run => run.Rate)],
            [.. heavy.Select(run => run.Rate)]
        );

        PairedDifference? Difference(ReportMeasure measure) =>
            PairedDifference.Of(light.Select(run => (run.Seed, run.Report)), heavy.Select(run => (run.Seed, run.Report)), measure);
    }

    private IReadOnlyList<(int Seed, string Rate, EvaluationReport Report)> Choose(World world, IReadOnlyList<TableRow> rows) =>
        BestRate.Choose([
            .. rows.Select(row =>
                (
                    row.Title,
                    (IReadOnlyDictionary<int, EvaluationReport>)Runs.Reports(world, row).ToDictionary(run => run.Seed, run => run.Report)
                )
            ),
        ]);
}
