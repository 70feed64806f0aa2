namespace LiftPlus.Backbones;

/// <summary>Specifies which tokens have their own row in a learned position embedding.</summary>
internal enum PositionRows
{
    /// <summary>The class token, if there is one, and the patches.</summary>
    All,

    /// <summary>The patches, although there is a class token.</summary>
    Patches,

    /// <summary>There is no such embedding.</summary>
    None,
}
