using LiftPlus.Data;
using Microsoft.Extensions.AI;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Makes vectors of images.</summary>
internal sealed class ImageEmbeddingGenerator(ImageClassifier model, EmbeddingSpace space)
    : ModelEmbeddingGenerator<DataContent>(model, space)
{
    private static readonly PredictionOptions s_options = new()
    {
        Top = 1,
        Features = FeatureKind.Raw,
        KeepErrors = true, // an image that is left out would give its vector to the next one
    };

    protected override string? Problem(DataContent input) =>
        input.Data.IsEmpty ? "has no bytes"
        : !input.HasTopLevelMediaType("image") ? $"has the media type '{input.MediaType}'; give an image"
        : null;

    protected override async Task<IReadOnlyList<float[]>> EncodeAsync(IReadOnlyList<DataContent> batch, CancellationToken cancellationToken)
    {
        List<float> features = [];
        IEnumerable<ImageSource> images = batch.Select(image =>
            image.Name is string name ? ImageSource.FromBytes(image.Data, name) : ImageSource.FromBytes(image.Data)
        );
        await foreach (Prediction prediction in Model.PredictEachAsync(images, s_options, cancellationToken).ConfigureAwait(false))
            features.AddRange(prediction.Error is LiftPlusException error ? throw error : prediction.Features);
        return Encode([.. features], batch.Count);
    }

    private float[][] Encode(float[] features, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor rows = tensor(features, [count, features.Length / count]);
        return Units(Space == EmbeddingSpace.Joint ? Model.Backbone.ProjectImage(rows.to(Model.Device)) : rows);
    }
}
