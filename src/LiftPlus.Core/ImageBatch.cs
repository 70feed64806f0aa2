using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Represents a batch of images for the model. Owns its tensors.</summary>
public sealed class ImageBatch : IDisposable
{
    private readonly Tensor _images,
        _labels;
    private IDisposable? _lease;
    private bool _isDisposed;

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
        _images = images;
        _labels = labels;
        Indices = indices;
    }

    /// <summary>Gets the normalised float32 pixels (B, 3, H, W) or (B, V, 3, H, W).</summary>
    public Tensor Images => Alive(_images);

    /// <summary>Gets the class labels, int64 (B).</summary>
    public Tensor Labels => Alive(_labels);

    /// <summary>Gets the position of each image in its dataset.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>Gets the number of images B.</summary>
    public int Count => Indices.Count;

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _images.Dispose();
        _labels.Dispose();
        Interlocked.Exchange(ref _lease, null)?.Dispose();
    }

    private Tensor Alive(Tensor tensor)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return tensor;
    }
}
