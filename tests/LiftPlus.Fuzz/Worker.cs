using System.Diagnostics;
using LiftPlus.Fuzz.Doors;

namespace LiftPlus.Fuzz;

/// <summary>
/// Tries inputs one after another in this process. It writes the number of each to a file before it begins, so that whoever watches knows
/// which input a process died of, and a line for each finding.
/// </summary>
internal static class Worker
{
    public const string StateFile = "state";

    private const int MostOfACause = 3,
        CountEvery = 500;

    public static int Run(FuzzOptions options)
    {
        string folder = options.Folder ?? throw new ArgumentException("A worker needs a folder.");
        string doors = Path.Combine(folder, "doors");
        if (Directory.Exists(doors)) // with what a worker that died wrote last
            Directory.Delete(doors, recursive: true);
        IReadOnlyList<Door> table = DoorTable.Create(doors);
        using var state = File.OpenHandle(
            Path.Combine(folder, StateFile),
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.ReadWrite
        );
        foreach (Door door in table.Distinct().Where(door => IsWanted(door, options)))
            Warm(door); // what is loaded once counts for no input
        ProcessLimits.LimitMemory();

        Dictionary<string, int> causes = [];
        Dictionary<string, DoorCount> counts = [];
        var clock = Stopwatch.StartNew();
        for (long number = options.From; number - options.From < options.Inputs && clock.Elapsed.TotalMinutes < options.Minutes; number++)
        {
            Door door = table[(int)(number % table.Count)];
            if (!IsWanted(door, options))
                continue;
            RandomAccess.Write(state, BitConverter.GetBytes(number), 0);
            byte[] input = door.Create(new Random(HashCode.Of(options.Seed, number)));
            if (options.Save is not null)
                File.WriteAllBytes(options.Save, input);
            long start = Stopwatch.GetTimestamp();
            string? problem = Try(door, input, out bool isRead);
            DoorCount count = counts.GetValueOrDefault(door.Name).After(isRead, Stopwatch.GetElapsedTime(start));
            counts[door.Name] = count;
            if (count.Tried == CountEvery)
                PrintCounts(counts);
            if (problem is not null && (causes[problem] = causes.GetValueOrDefault(problem) + 1) <= MostOfACause)
                Console.WriteLine($"finding\t{number}\t{door.Name}\t{problem}");
        }

        RandomAccess.Write(state, BitConverter.GetBytes(-1L), 0);
        PrintCounts(counts);
        return 0;
    }

    private static void PrintCounts(Dictionary<string, DoorCount> counts)
    {
        foreach ((string name, DoorCount count) in counts)
            Console.WriteLine($"count\t{name}\t{count.ToLine()}");
        counts.Clear();
    }

    private static void Warm(Door door)
    {
        try
        {
            foreach (byte[] seed in door.Seeds)
                door.Try(seed);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"A seed of {door.Name} is not sound: {e.Message}", e);
        }
    }

    private static bool IsWanted(Door door, FuzzOptions options) => options.Kinds.Count == 0 || options.Kinds.Contains(door.Name);

    private static string? Try(Door door, byte[] input, out bool isRead)
    {
        isRead = false;
        try
        {
            door.Try(input);
            isRead = true;
            return null;
        }
        catch (Exception e) when (e is LiftPlusException or OperationCanceledException || door.IsExpected(e))
        {
            return null;
        }
        catch (Exception e)
        {
            IEnumerable<string> frames = new StackTrace(e)
                .GetFrames()
                .Select(frame => frame.GetMethod())
                .Select(method => $"{method?.DeclaringType?.Name}.{method?.Name}")
                .Take(6);
            return $"{e.GetType().Name}: {e.Message.Split('\n')[0]} in {string.Join(" < ", frames)}";
        }
    }

    /// <summary>Mixes the numbers in the same way in every process.</summary>
    private static class HashCode
    {
        public static int Of(int seed, long number)
        {
            ulong mixed = ((ulong)seed * 0x9E3779B97F4A7C15) ^ ((ulong)number * 0xBF58476D1CE4E5B9);
            mixed = (mixed ^ (mixed >> 30)) * 0x94D049BB133111EB;
            return (int)(mixed ^ (mixed >> 31));
        }
    }
}
