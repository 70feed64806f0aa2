namespace LiftPlus;

/// <summary>Specifies how a prediction holds the image's features, which the backbone computes and the classifier uses.</summary>
public enum FeatureKind
{
    /// <summary>Features are left out.</summary>
    None,

    /// <summary>The features as the backbone computes them.</summary>
    Raw,

    /// <summary>The features divided by their length, so that the dot product of two is their cosine similarity.</summary>
    Normalized,
}
