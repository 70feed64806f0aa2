namespace LiftPlus.Fuzz.Doors;

/// <summary>Represents a way by which somebody else's bytes come into LiftPlus.</summary>
internal sealed class Door
{
    private byte[][]? _seeds;

    public required string Name { get; init; }

    /// <summary>Gets how many of the inputs are for this door, in comparison with others.</summary>
    public int Share { get; init; } = 20;

    /// <summary>Gets what makes sound inputs, which are then damaged.</summary>
    public required Func<byte[][]> MakeSeeds { get; init; }

    /// <summary>Gets pieces that mean something to the reader.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];

    /// <summary>Gets whether the inputs are JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Gets a special way to damage a sound input; null for none.</summary>
    public Func<byte[], Random, byte[]>? Damage { get; init; }

    /// <summary>Gets what repairs lengths and sums of a damaged input, so that readers get further before they meet the damage.</summary>
    public Func<byte[], byte[]>? Repair { get; init; }

    /// <summary>Gets what reads an input.</summary>
    public required Action<byte[]> Try { get; init; }

    /// <summary>Gets which exceptions besides LiftPlus's own are part of the contract.</summary>
    public Func<Exception, bool> IsExpected { get; init; } = _ => false;

    public IReadOnlyList<byte[]> Seeds => _seeds ??= MakeSeeds();

    /// <summary>Creates an input.</summary>
    public byte[] Create(Random random)
    {
        byte[] seed = Seeds[random.Next(Seeds.Count)];
        int way = random.Next(4);
        byte[] input =
            way < 2 && IsJson ? JsonMutator.Mutate(seed, random)
            : way < 2 && Damage is not null ? Damage(seed, random)
            : Mutator.Mutate(Seeds, Tokens, random);
        return Repair is not null && random.Next(3) > 0 ? Repair(input) : input;
    }
}
