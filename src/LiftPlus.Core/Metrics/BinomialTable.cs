namespace LiftPlus.Metrics;

/// <summary>
/// Draws from Binomial(n, p) through its cumulative distribution. Entries below 1e-17 of the largest are left out, so that the table has
/// O(√n) entries.
/// </summary>
internal sealed class BinomialTable
{
    private const double Negligible = 1e-17;

    private readonly int _first;
    private readonly double[] _cumulative;

    /// <param name="n">The number of trials.</param>
    /// <param name="p">The probability of success, above 0 and below 1.</param>
    public BinomialTable(int n, double p)
    {
        int mode = (int)Math.Min(n, Math.Floor((n + 1) * p));
        double odds = p / (1 - p);
        List<double> below = [],
            above = [1]; // relative to the mode
        for (int k = mode; k < n && above[^1] > Negligible; k++)
            above.Add(above[^1] * (n - k) / (k + 1) * odds);
        double weight = 1;
        for (int k = mode; k > 0 && weight > Negligible; k--)
            below.Add(weight *= k / (n - k + 1.0) / odds);
        _first = mode - below.Count;
        _cumulative = [.. Enumerable.Reverse(below), .. above];
        for (int i = 1; i < _cumulative.Length; i++)
            _cumulative[i] += _cumulative[i - 1];
    }

    public int Draw(Random random)
    {
        double u = random.NextDouble() * _cumulative[^1];
        int place = Array.BinarySearch(_cumulative, u);
        return _first + Math.Min(place < 0 ? ~place : place + 1, _cumulative.Length - 1);
    }
}
