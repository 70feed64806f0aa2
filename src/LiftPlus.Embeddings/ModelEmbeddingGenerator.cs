using Microsoft.Extensions.AI;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Makes vectors of length 1 with a model.</summary>
/// <typeparam name="TInput">What the vectors are of.</typeparam>
internal abstract class ModelEmbeddingGenerator<TInput> : IEmbeddingGenerator<TInput, Embedding<float>>
    where TInput : class
{
    protected const int BatchSize = 64;

    private const string Provider = "LiftPlus";

    private readonly EmbeddingGeneratorMetadata _metadata;

    protected ModelEmbeddingGenerator(ImageClassifier model, EmbeddingSpace space)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!Enum.IsDefined(space))
            throw new ArgumentOutOfRangeException(nameof(space), space, null);
        if (model is DebiasedEnsemble)
            throw new LiftPlusException(
                $"A {nameof(DebiasedEnsemble)} has the features of two models. Create the generator of the {nameof(FineTunedModel)} in it."
            );
        (Model, Space) = (model, space);
        int dimensions = (int)model.Backbone.Image.FeatureDimension;
        if (space == EmbeddingSpace.Joint)
        {
            model.Backbone.RequireText();
            dimensions = model.Backbone.Config.EmbedDimension!.Value;
        }

        string id = $"{model.Backbone.Config.Name}/{space.ToString().ToLowerInvariant()}/{model.FeatureHash()}";
        _metadata = new EmbeddingGeneratorMetadata(Provider, providerUri: null, id, dimensions);
    }

    protected ImageClassifier Model { get; }

    protected EmbeddingSpace Space { get; }

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<TInput> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        Check(options);
        TInput[] inputs = [.. values];
        foreach ((int place, TInput input) in inputs.Index())
        {
            if (input is null || Problem(input) is not null)
                throw new LiftPlusException($"Input {place} {(input is null ? "is null" : Problem(input))}.");
        }

        GeneratedEmbeddings<Embedding<float>> embeddings = new(inputs.Length);
        foreach (TInput[] batch in inputs.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (float[] vector in await EncodeAsync(batch, cancellationToken).ConfigureAwait(false))
                embeddings.Add(new Embedding<float>(vector) { ModelId = _metadata.DefaultModelId });
        }

        return embeddings;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(Model) ? Model
            : null;
    }

    /// <summary>Does nothing: the model belongs to the caller.</summary>
    public void Dispose() { }

    /// <summary>Returns what is wrong with an input, as the rest of a sentence; null if nothing is.</summary>
    protected abstract string? Problem(TInput input);

    /// <summary>Computes the vectors of a batch.</summary>
    protected abstract Task<IReadOnlyList<float[]>> EncodeAsync(IReadOnlyList<TInput> batch, CancellationToken cancellationToken);

    /// <summary>Returns the rows (B, D) of a tensor, divided by their lengths.</summary>
    protected static float[][] Units(Tensor vectors)
    {
        int width = (int)vectors.shape[1];
        return [.. TensorMath.Normalize(vectors.to(float32)).cpu().contiguous().data<float>().ToArray().Chunk(width)];
    }

    private void Check(EmbeddingGenerationOptions? options)
    {
        if (options?.Dimensions is int dimensions && dimensions != _metadata.DefaultModelDimensions)
            throw new LiftPlusException(
                $"{dimensions} dimensions are asked for, and the vectors of {_metadata.DefaultModelId} have "
                    + $"{_metadata.DefaultModelDimensions}. Leave the option out."
            );
        if (options?.ModelId is string id && id != _metadata.DefaultModelId)
            throw new LiftPlusException($"The model '{id}' is asked for, and this is {_metadata.DefaultModelId}. Leave the option out.");
    }
}
