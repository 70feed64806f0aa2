namespace LiftPlus.Backbones;

/// <summary>Specifies how features are projected into the joint image and text space.</summary>
internal enum ProjectionKind
{
    /// <summary>By a matrix.</summary>
    Matrix,

    /// <summary>By a matrix and a bias.</summary>
    Linear,

    /// <summary>By two linear layers with GELU between them, the second without a bias.</summary>
    Mlp,

    /// <summary>Not at all: they are in the joint space.</summary>
    None,
}
