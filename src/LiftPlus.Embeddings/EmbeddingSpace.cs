namespace LiftPlus;

/// <summary>Specifies the space of the vectors of an embedding generator. Vectors of two spaces cannot be compared.</summary>
public enum EmbeddingSpace
{
    /// <summary>The features that the classifier sees, in which images of one class are close. Texts have no place in it.</summary>
    Features,

    /// <summary>The joint space of images and texts, of a backbone with a text encoder.</summary>
    Joint,
}
