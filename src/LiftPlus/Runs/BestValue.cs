namespace LiftPlus.Runs;

/// <summary>Represents the best value so far and the epoch (1-based) after which it was reached.</summary>
internal sealed record BestValue(double Value, int Epoch)
{
    public static BestValue From(BestValue? known, double value, int epoch, double margin = 0) =>
        known is null || value > known.Value + margin ? new BestValue(value, epoch) : known;
}
