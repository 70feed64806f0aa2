using Microsoft.Extensions.AI;

namespace LiftPlus.Samples.ImageSearch;

/// <summary>
/// Keeps vectors of one space in memory and compares all of them. A store of Microsoft.Extensions.VectorData takes its place where there
/// are more: it takes the same generators.
/// </summary>
/// <param name="generator">Makes the vectors of the images.</param>
internal sealed class VectorCollection(IEmbeddingGenerator<DataContent, Embedding<float>> generator)
{
    private readonly List<(string Name, ReadOnlyMemory<float> Vector)> _items = [];

    /// <summary>Gets the model whose vectors these are. Others cannot be compared with them.</summary>
    public string ModelId { get; } = generator.GetRequiredService<EmbeddingGeneratorMetadata>().DefaultModelId!;

    public async Task AddAsync(IReadOnlyList<(string Name, byte[] Png)> images)
    {
        GeneratedEmbeddings<Embedding<float>> vectors = await generator.GenerateAsync(images.Select(image => Content(image.Png)));
        _items.AddRange(images.Zip(vectors, (image, vector) => (image.Name, vector.Vector)));
    }

    public async Task<IEnumerable<string>> FindAsync(byte[] png, int count) =>
        Find((await generator.GenerateAsync([Content(png)]))[0].Vector, count);

    /// <summary>Returns the names of the nearest images, nearest first.</summary>
    public IEnumerable<string> Find(ReadOnlyMemory<float> query, int count) =>
        _items.OrderByDescending(item => Cosine(item.Vector.Span, query.Span)).Take(count).Select(item => item.Name);

    // Of vectors of length 1.
    private static float Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static DataContent Content(byte[] png) => new(png, "image/png");
}
