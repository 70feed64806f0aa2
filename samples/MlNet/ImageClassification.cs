using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace LiftPlus.Samples.MlNet;

/// <summary>What the stage reads: the column <c>ImagePath</c>.</summary>
public class Image
{
    public string ImagePath { get; set; } = "";
}

/// <summary>What the stage adds.</summary>
public sealed class Classified
{
    public string PredictedClass { get; set; } = "";

    public float Probability { get; set; }

    /// <summary>The backbone's feature of the image (D), of length 1.</summary>
    public float[] Embedding { get; set; } = [];
}

/// <summary>A LiftPlus model as a stage of an ML.NET pipeline.</summary>
public static class ImageClassification
{
    private static readonly PredictionOptions Wanted = new() { Top = 1, Features = FeatureKind.Normalized };

    /// <summary>
    /// Adds the likeliest class, its probability and the image's embedding to every row. ML.NET pulls rows one by one, on several threads; a cache behind the
    /// stage (<c>AppendCacheCheckpoint</c>) keeps a trainer of many passes from classifying each image again. The pipeline does not own the model.
    /// </summary>
    public static CustomMappingEstimator<Image, Classified> ClassifyImages(this TransformsCatalog transforms, ImageClassifier model)
    {
        // A trainer wants to know how long a vector is.
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
}
