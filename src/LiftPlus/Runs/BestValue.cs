namespace LiftPlus.Runs;

/// <summary>The best value so far and the epoch (1-based) that it came after.</summary>
internal sealed record BestValue(double Value, int Epoch)
{
    public static BestValue Of(BestValue? known, double value, int epoch, double margin = 0) =>
        known is null || value > known.Value + margin ? new BestValue(value, epoch) : known;
}
