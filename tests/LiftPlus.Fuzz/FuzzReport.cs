namespace LiftPlus.Fuzz;

/// <summary>Collects what the workers say.</summary>
internal sealed class FuzzReport
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, DoorCount> _counts = new(StringComparer.Ordinal);
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
                case ["count", string name, string count]:
                    _counts[name] = _counts.GetValueOrDefault(name) + DoorCount.Parse(count);
                    break;
            }
        }
    }

    public void Print(int seed, TimeSpan elapsed)
    {
        foreach ((string name, DoorCount count) in _counts)
        {
            double each = count.Time.TotalMicroseconds / count.Tried;
            Console.WriteLine($"{name, -24} {count.Tried, 10:N0} inputs, {count.Read, 10:N0} read, {each, 8:N0} µs each");
        }

        long all = _counts.Values.Sum(count => count.Tried);
        Console.WriteLine($"{all:N0} inputs with seed {seed} in {elapsed.TotalMinutes:F1} minutes: {_findings} findings");
    }
}
