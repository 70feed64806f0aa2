namespace LiftPlus.Fuzz;

/// <summary>Collects what the workers say.</summary>
internal sealed class FuzzReport
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (long Tried, long Read)> _counts = new(StringComparer.Ordinal);
    private int _findings;

    public bool HasFindings => _findings > 0;

    /// <summary>Adds a line of a worker, and shows it if it is a finding.</summary>
    public void Add(string? line)
    {
        lock (_lock)
        {
            switch (line?.Split('\t'))
            {
                case ["finding", ..]:
                    _findings++;
                    Console.WriteLine(line);
                    break;
                case ["count", string name, string tried, string read]:
                    (long triedBefore, long readBefore) = _counts.GetValueOrDefault(name);
                    _counts[name] = (triedBefore + long.Parse(tried), readBefore + long.Parse(read));
                    break;
            }
        }
    }

    public void Print(int seed, TimeSpan elapsed)
    {
        foreach ((string name, (long tried, long read)) in _counts)
            Console.WriteLine($"{name, -24} {tried, 10:N0} inputs, {read, 10:N0} of them were read");
        long all = _counts.Values.Sum(count => count.Tried);
        Console.WriteLine($"{all:N0} inputs with seed {seed} in {elapsed.TotalMinutes:F1} minutes: {_findings} findings");
    }
}
