namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents a point of the figure: a difference, light minus heavy, on a foundation.</summary>
/// <param name="ZeroShot">The zero-shot accuracy of the foundation in percent.</param>
/// <param name="Mean">The mean difference in percentage points.</param>
/// <param name="Low">The lower end of both 95 % intervals.</param>
/// <param name="High">The upper end of both 95 % intervals.</param>
internal sealed record LadderPoint(double ZeroShot, double Mean, double Low, double High)
{
    /// <summary>Gets 1 if both intervals lie above 0, -1 if both lie below 0, and 0 if the difference is inside the noise.</summary>
    public int Side =>
        Low > 0 ? 1
        : High < 0 ? -1
        : 0;
}
