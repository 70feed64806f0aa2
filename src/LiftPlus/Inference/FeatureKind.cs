namespace LiftPlus;

/// <summary>The backbone's feature of an image, the vector that the head looks at.</summary>
public enum FeatureKind
{
    /// <summary>Not wanted.</summary>
    None,

    /// <summary>As the backbone gives it.</summary>
    Raw,

    /// <summary>Divided by its length: the dot product of two is their cosine.</summary>
    Normalized,
}
