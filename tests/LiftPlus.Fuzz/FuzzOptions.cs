using System.Globalization;

namespace LiftPlus.Fuzz;

/// <summary>Represents what to try. An input is determined by the seed and its number.</summary>
internal sealed record FuzzOptions
{
    /// <summary>Gets the names of the doors to try; all of them if empty.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    public int Seed { get; init; } = 1;

    /// <summary>Gets the number of the first input.</summary>
    public long From { get; init; }

    /// <summary>Gets how many numbers are tried; those of other kinds count.</summary>
    public long Inputs { get; init; } = long.MaxValue;

    public double Minutes { get; init; } = double.PositiveInfinity;

    /// <summary>Gets a folder in which inputs are written; null for memory or the system's temporary folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Gets a file that receives the input when a single one is tried.</summary>
    public string? Save { get; init; }

    public static FuzzOptions Parse(string[] args)
    {
        FuzzOptions options = new();
        for (int i = 0; i < args.Length - 1; i += 2)
        {
            string value = args[i + 1];
            options = args[i] switch
            {
                "--kinds" => options with { Kinds = value.Split(',') },
                "--seed" => options with { Seed = int.Parse(value, CultureInfo.InvariantCulture) },
                "--from" => options with { From = long.Parse(value, CultureInfo.InvariantCulture) },
                "--inputs" => options with { Inputs = long.Parse(value, CultureInfo.InvariantCulture) },
                "--number" => options with { From = long.Parse(value, CultureInfo.InvariantCulture), Inputs = 1 },
                "--minutes" => options with { Minutes = double.Parse(value, CultureInfo.InvariantCulture) },
                "--folder" => options with { Folder = value },
                "--save" => options with { Save = value },
                _ => throw new ArgumentException($"{args[i]} is not known; see docs/testing.md."),
            };
        }

        return options.Inputs == long.MaxValue && double.IsInfinity(options.Minutes) ? options with { Minutes = 1 } : options;
    }

    /// <summary>Writes the options for a worker that begins at another number.</summary>
    public string[] ToArguments(long from, long inputs, string folder) =>
        [
            "--seed",
            $"{Seed}",
            "--from",
            $"{from}",
            "--inputs",
            $"{inputs}",
            "--folder",
            folder,
            .. Kinds.Count > 0 ? ["--kinds", string.Join(',', Kinds)] : Array.Empty<string>(),
            .. Save is null ? Array.Empty<string>() : ["--save", Save],
        ];
}
