using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>Keeps constant tensors for each device, type and number of tokens. It is safe for use from several threads.</summary>
internal sealed class TensorCache(Func<long, Tensor[]> create) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Device, ScalarType Type, long Tokens), Tensor[]> _tensors = [];
    private bool _isDisposed;

    /// <summary>Gets the tensors for a number of tokens, on the device of x and, if they are floating-point, in its type.</summary>
    public Tensor[] Get(Tensor x, long tokens)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var key = (x.device.ToString(), x.dtype, tokens);
            if (!_tensors.TryGetValue(key, out Tensor[]? found))
                _tensors[key] = found = Create(x, tokens);
            return found;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (Tensor tensor in _tensors.Values.SelectMany(tensors => tensors))
                tensor.Dispose();
            _tensors.Clear();
        }
    }

    private Tensor[] Create(Tensor x, long tokens)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        return
        [
            .. create(tokens)
                .Select(tensor => tensor.to(tensor.is_floating_point() ? x.dtype : tensor.dtype).to(x.device).DetachFromDisposeScope()),
        ];
    }
}
