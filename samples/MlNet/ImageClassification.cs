using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace LiftPlus.Samples.MlNet;

/// <summary>Represents the input of the stage: the column <c>ImagePath</c>.</summary>
public class Image
{
    public string ImagePath { get; set; } = "";
}

/// <summary>Represents the columns that the stage adds.</summary>
public sealed class Classified
{
    public string PredictedClass { get; set; } = "";

    public float Probability { get; set; }

    /// <summary>Gets or sets the features of the image (D), normalized to length 1.</summary>
    public float[] Embedding { get; set; } = [];
}

/// <summary>Makes a LiftPlus model a stage of an ML.NET pipeline.</summary>
public static class ImageClassification
{
    private static readonly PredictionOptions Wanted = new() { Top = 1, Features = FeatureKind.Normalized };

    /// <summary>
    /// Adds the likeliest class, its probability and the features of the image to every row. ML.NET pulls rows one by one, on several
    /// threads. Put a cache (<c>AppendCacheCheckpoint</c>) behind the stage, so that a trainer with many passes classifies each image only
    /// once. The caller disposes the model.
    /// </summary>
    public static CustomMappingEstimator<Image, Classified> ClassifyImages(this TransformsCatalog transforms, ImageClassifier model)
    {
        // Trainers need to know the length of a vector.
        var added = SchemaDefinition.Create(typeof(Classified));
        added[nameof(Classified.Embedding)].ColumnType = new VectorDataViewType(
            NumberDataViewType.Single,
            model.Backbone.Config.Image.FeatureDimension
        );
        return transforms.CustomMapping<Image, Classified>(Classify, contractName: null, outputSchemaDefinition: added);

        void Classify(Image image, Classified result)
        {
            Prediction prediction = model.Predict(image.ImagePath, Wanted);
            result.PredictedClass = prediction.ClassName;
            result.Probability = prediction.Probability;
            result.Embedding = ImmutableCollectionsMarshal.AsArray(prediction.Features)!;
        }
    }

    /// <summary>Copies the pixels of an ML.NET image, for <c>model.Predict(image.ToPixels())</c> without a file.</summary>
    public static RgbImage ToPixels(this MLImage image) =>
        RgbImage.FromPixels(
            image.Pixels,
            image.Width,
            image.Height,
            format: image.PixelFormat == MLPixelFormat.Bgra32 ? PixelFormat.Bgra : PixelFormat.Rgba
        );
}
