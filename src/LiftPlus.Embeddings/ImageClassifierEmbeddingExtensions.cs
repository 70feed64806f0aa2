using Microsoft.Extensions.AI;

namespace LiftPlus;

/// <summary>Gives models to Microsoft.Extensions.AI as embedding generators.</summary>
public static class ImageClassifierEmbeddingExtensions
{
    /// <summary>Creates a generator of vectors of images.</summary>
    /// <remarks>
    /// Vectors have the length 1. Images are prepared as for predictions, in batches. The model id of the metadata has the space and a hash
    /// of the model. The generator may be used on several threads; it does not own the model.
    /// </remarks>
    /// <param name="model">The model. Keep it as long as the generator is used, and dispose it afterwards.</param>
    /// <param name="space">The space of the vectors.</param>
    /// <exception cref="LiftPlusException">
    /// The backbone has no joint space, or the model is an ensemble of two, whose features are not those of its backbone.
    /// </exception>
    public static IEmbeddingGenerator<DataContent, Embedding<float>> AsImageEmbeddingGenerator(
        this ImageClassifier model,
        EmbeddingSpace space = EmbeddingSpace.Features
    ) => new ImageEmbeddingGenerator(model, space);

    /// <summary>
    /// Creates a generator of vectors of texts in <see cref="EmbeddingSpace.Joint"/>, which can be compared with those of images there.
    /// </summary>
    /// <remarks>Vectors have the length 1. The generator may be used on several threads; it does not own the model.</remarks>
    /// <param name="model">The model. Keep it as long as the generator is used, and dispose it afterwards.</param>
    /// <exception cref="LiftPlusException">The backbone has no text encoder or no vocabulary; or as for images.</exception>
    public static IEmbeddingGenerator<string, Embedding<float>> AsTextEmbeddingGenerator(this ImageClassifier model) =>
        new TextEmbeddingGenerator(model);
}
