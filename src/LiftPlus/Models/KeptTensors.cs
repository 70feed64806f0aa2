using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Keeps a copy of the trained tensors. Owns the copy.</summary>
internal sealed class KeptTensors(IReadOnlyDictionary<string, Tensor> state) : IDisposable
{
    private Dictionary<string, Tensor> _kept = [];

    /// <summary>Gets the copies by name; empty before the first <see cref="Keep"/>.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _kept;

    /// <summary>Copies the present values.</summary>
    public void Keep()
    {
        Dispose();
        _kept = state.ToDictionary(entry => entry.Key, entry => Copy(entry.Value));
    }

    /// <summary>Writes the copies back into the model.</summary>
    public void Restore()
    {
        using IDisposable noGrad = no_grad();
        foreach ((string name, Tensor kept) in _kept)
            state[name].copy_(kept);
    }

    /// <summary>
    /// Gives the model the mean of the copies and the present values, s θ_kept + (1 - s) θ. Counters keep their present values.
    /// </summary>
    public void Mix(double share)
    {
        using IDisposable noGrad = no_grad();
        Scalar keep = TensorMath.Hold(1 - share),
            take = TensorMath.Hold(share);
        foreach ((string name, Tensor kept) in _kept)
        {
            if (kept.is_floating_point())
                state[name].mul_(keep).add_(kept, take);
        }

        GC.KeepAlive((keep, take));
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _kept.Values)
            tensor.Dispose();
        _kept = [];
    }

    private static Tensor Copy(Tensor values)
    {
        using Tensor detached = values.detach();
        return detached.clone().DetachFromDisposeScope();
    }
}
