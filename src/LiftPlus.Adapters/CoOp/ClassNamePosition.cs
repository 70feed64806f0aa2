namespace LiftPlus;

/// <summary>Specifies the position of the class name among learned context vectors.</summary>
public enum ClassNamePosition
{
    /// <summary>Puts the class name before the vectors: "{} X X X X.".</summary>
    Front,

    /// <summary>Puts the class name between the vectors: "X X {} X X.".</summary>
    Middle,

    /// <summary>Puts the class name after the vectors: "X X X X {}.".</summary>
    End,
}
