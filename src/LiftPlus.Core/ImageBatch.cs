using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>One batch on its way to the model. Owns its tensors.</summary>
public sealed class ImageBatch : IDisposable
{
    private IDisposable? _lease;

    /// <summary>Takes ownership of both tensors.</summary>
    /// <param name="images">Normalised float32 pixels (B, 3, H, W), or (B, V, 3, H, W) with V views of each image (test-time ensembling).</param>
    /// <param name="labels">Class labels, int64 (B).</param>
    /// <param name="indices">The place of each image in its dataset.</param>
    /// <param name="lease">
    /// Disposed with the batch: the memory behind the images, for the next batch to use. The images and all views of them end there.
    /// </param>
    public ImageBatch(Tensor images, Tensor labels, IReadOnlyList<int> indices, IDisposable? lease = null)
    {
        _lease = lease;
        Images = images;
        Labels = labels;
        Indices = indices;
    }

    /// <summary>Normalised float32 pixels (B, 3, H, W) or (B, V, 3, H, W).</summary>
    public Tensor Images { get; }

    /// <summary>Class labels, int64 (B).</summary>
    public Tensor Labels { get; }

    /// <summary>The place of each image in its dataset.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>Number of images B.</summary>
    public int Count => Indices.Count;

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
        Interlocked.Exchange(ref _lease, null)?.Dispose();
    }
}
