using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>Represents named tensors in a file, read one at a time. It is not safe for use from several threads at once.</summary>
public abstract class WeightSource : IDisposable
{
    private bool _isDisposed;

    private protected WeightSource(string path) => Path = path;

    /// <summary>Gets the path of the file.</summary>
    public string Path { get; }

    /// <summary>Gets the paths of all files: this one, and those that it is the index of.</summary>
    internal virtual IEnumerable<string> Paths => [Path];

    /// <summary>Gets the kind of file, for messages and logs.</summary>
    public abstract string Format { get; }

    /// <summary>Gets every tensor's name, type and shape, in the order of the file.</summary>
    public abstract IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Reads a copy of one tensor, on the CPU, in the file's type. The caller owns it.</summary>
    /// <exception cref="WeightFileException">The file has no tensor of that name, or its data is damaged.</exception>
    public Tensor Read(string name)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return ReadCopy(name);
    }

    /// <summary>
    /// Returns the tensors whose names begin with a prefix, under the rest of the name. They belong to this file, which must stay open.
    /// </summary>
    public WeightSource Under(string prefix)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new PrefixedSource(this, prefix);
    }

    /// <summary>Copies a tensor into another one of the same shape and converts it to that one's type and device.</summary>
    /// <exception cref="WeightFileException">The file has no tensor of that name, or its data is damaged.</exception>
    internal virtual void CopyTo(string name, Tensor target) => Find(name).CopyTo(target);

    /// <inheritdoc cref="Read"/>
    internal virtual Tensor ReadCopy(string name) => Find(name).Read();

    /// <summary>Returns where a tensor is.</summary>
    /// <exception cref="WeightFileException">The file has no tensor of that name.</exception>
    internal abstract StoredTensor Find(string name);

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the file.</summary>
    protected abstract void Dispose(bool disposing);
}
