using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Keeps a copy of the trained tensors of the best epoch so far. Owns the copy.</summary>
internal sealed class BestTensors(IReadOnlyDictionary<string, Tensor> state) : IDisposable
{
    private Dictionary<string, Tensor> _kept = [];

    /// <summary>Gets the copies by name; empty before the first validation.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _kept;

    /// <summary>Copies the present values.</summary>
    public void Keep()
    {
        Dispose();
        _kept = state.ToDictionary(entry => entry.Key, entry => Copy(entry.Value));
    }

    private static Tensor Copy(Tensor values)
    {
        using Tensor detached = values.detach();
        return detached.clone().DetachFromDisposeScope();
    }

    /// <summary>Writes the copies back into the model.</summary>
    public void Restore()
    {
        using IDisposable noGrad = no_grad();
        foreach ((string name, Tensor kept) in _kept)
            state[name].copy_(kept);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _kept.Values)
            tensor.Dispose();
        _kept = [];
    }
}
