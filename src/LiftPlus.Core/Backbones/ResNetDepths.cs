namespace LiftPlus.Backbones;

/// <summary>Represents the numbers of blocks in a ResNet's four stages.</summary>
public sealed record ResNetDepths(int Stage1, int Stage2, int Stage3, int Stage4)
{
    /// <summary>Gets 3, 4, 6, 3.</summary>
    public static ResNetDepths ResNet50 { get; } = new(3, 4, 6, 3);

    /// <summary>Gets 3, 4, 23, 3.</summary>
    public static ResNetDepths ResNet101 { get; } = new(3, 4, 23, 3);

    /// <summary>Gets 3, 8, 36, 3.</summary>
    public static ResNetDepths ResNet152 { get; } = new(3, 8, 36, 3);

    /// <summary>Returns the four numbers in order.</summary>
    public IReadOnlyList<int> ToList() => [Stage1, Stage2, Stage3, Stage4];
}
