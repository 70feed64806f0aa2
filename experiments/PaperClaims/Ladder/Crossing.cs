using static System.FormattableString;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents where light fine-tuning overtakes heavy fine-tuning, or the reverse, as the foundation becomes better.</summary>
/// <param name="Places">The zero-shot accuracies at which the mean difference changes its sign, interpolated between two rungs.</param>
/// <param name="Below">The strongest rung before the crossing whose difference is shown; null if none is.</param>
/// <param name="Above">The weakest rung after the crossing whose difference is shown, to the other side; null if none is.</param>
/// <param name="Points">The rungs, by zero-shot accuracy.</param>
internal sealed record Crossing(IReadOnlyList<double> Places, LadderPoint? Below, LadderPoint? Above, IReadOnlyList<LadderPoint> Points)
{
    /// <summary>Gets whether there is one crossing with a shown difference on either side of it.</summary>
    public bool IsShown => Places.Count == 1 && Below is not null && Above is not null;

    /// <summary>Gets the verdict in words.</summary>
    public string Text =>
        Points.Count < 2
            ? "too few runs"
            : Places.Count switch
            {
                0 => NoCrossing(),
                1 => OneCrossing(),
                _ => Invariant($"no single crossing: the sign changes {Places.Count} times"),
            };

    /// <summary>Finds the crossing.</summary>
    /// <param name="points">The rungs in any order.</param>
    public static Crossing Of(IEnumerable<LadderPoint> points)
    {
        LadderPoint[] rungs = [.. points.OrderBy(point => point.ZeroShot)];
        LadderPoint[] decided = [.. rungs.Where(point => point.Mean != 0)]; // a difference of 0 has no sign
        (LadderPoint First, LadderPoint Second)[] changes =
        [
            .. decided.Zip(decided.Skip(1)).Where(pair => Math.Sign(pair.First.Mean) != Math.Sign(pair.Second.Mean)),
        ];
        double[] places = [.. changes.Select(pair => Place(pair.First, pair.Second))];
        if (places.Length != 1)
            return new Crossing(places, null, null, rungs);
        int before = Math.Sign(changes[0].First.Mean);
        return new Crossing(
            places,
            rungs.LastOrDefault(point => point.ZeroShot < places[0] && point.Side == before),
            rungs.FirstOrDefault(point => point.ZeroShot > places[0] && point.Side == -before),
            rungs
        );
    }

    private static double Place(LadderPoint first, LadderPoint second) =>
        first.ZeroShot + (second.ZeroShot - first.ZeroShot) * first.Mean / (first.Mean - second.Mean);

    private string OneCrossing() =>
        Below is not null && Above is not null
            ? Invariant($"shown: {Ahead(Above.Mean)} overtakes between zero-shot accuracies of {Below.ZeroShot:0} and ")
                + Invariant($"{Above.ZeroShot:0} %, at about {Places[0]:0} %")
            : Invariant($"inside the noise: {Ahead(Points[^1].Mean)} overtakes at a zero-shot accuracy of about {Places[0]:0} %, ")
                + "but the difference is not shown on both sides";

    private string NoCrossing()
    {
        double sum = Points.Sum(point => point.Mean);
        int clearly = Points.Count(point => point.Side == Math.Sign(sum));
        return Points.All(point => point.Mean != 0)
            ? Invariant($"no crossing: {Ahead(sum)} is ahead on all {Points.Count} foundations, clearly on {clearly}")
            : Invariant($"no crossing: {Ahead(sum)} is not behind on any of {Points.Count} foundations, clearly ahead on {clearly}");
    }

    private static string Ahead(double mean) => mean > 0 ? "LIFT+" : "full fine-tuning";
}
