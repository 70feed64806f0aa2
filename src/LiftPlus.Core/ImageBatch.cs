using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Represents a batch of images for the model. Owns its tensors.</summary>
public sealed class ImageBatch : IDisposable
{
    private IDisposable? _lease;

    /// <summary>Creates a batch and takes ownership of both tensors.</summary>
    /// <param name="images">
    /// The normalised float32 pixels (B, 3, H, W), or (B, V, 3, H, W) with V views of each image (test-time ensembling).
    /// </param>
    /// <param name="labels">The class labels, int64 (B).</param>
    /// <param name="indices">The position of each image in its dataset.</param>
    /// <param name="lease">
    /// The memory behind the images, disposed with the batch and then used for another batch. The images and all views of them become
    /// invalid.
    /// </param>
    public ImageBatch(Tensor images, Tensor labels, IReadOnlyList<int> indices, IDisposable? lease = null)
    {
        _lease = lease;
        Images = images;
        Labels = labels;
        Indices = indices;
    }

    /// <summary>Gets the normalised float32 pixels (B, 3, H, W) or (B, V, 3, H, W).</summary>
    public Tensor Images { get; }

    /// <summary>Gets the class labels, int64 (B).</summary>
    public Tensor Labels { get; }

    /// <summary>Gets the position of each image in its dataset.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>Gets the number of images B.</summary>
    public int Count => Indices.Count;

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
        Interlocked.Exchange(ref _lease, null)?.Dispose();
    }
}
