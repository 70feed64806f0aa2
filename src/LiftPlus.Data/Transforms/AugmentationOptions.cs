using System.Text.Json.Serialization;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Represents how training images are varied. The built-in augmentations and your own derive from it.</summary>
public abstract record AugmentationOptions : ComponentOptions
{
    /// <summary>
    /// Gets a value that indicates whether an image may look different in each epoch; true by default. If false, features of a frozen
    /// backbone are computed only once.
    /// </summary>
    [JsonIgnore]
    public virtual bool IsRandom => true;

    /// <summary>Creates the pipeline from decoded images to the model's input.</summary>
    /// <param name="inputSize">The model's input size S; the pipeline ends with one square of S x S pixels.</param>
    public abstract TransformPipeline CreatePipeline(int inputSize);

    /// <summary>Creates the pipeline of a model that asks for another interpolation. Your own augmentations choose theirs.</summary>
    internal virtual TransformPipeline CreatePipeline(int inputSize, ImageResizing resizing) => CreatePipeline(inputSize);
}
