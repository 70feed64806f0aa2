using LiftPlus.Models;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// Keeps the trained tensors as they were before the first step. The finished model has the mean θ = s θ_start + (1 - s) θ_trained
/// (WiSE-FT, arXiv 2109.01903). Owns the copies.
/// </summary>
internal sealed class StartMean : IDisposable
{
    private readonly double _share;
    private readonly KeptTensors _start;
    private readonly KeptTensors _trained;

    public StartMean(IReadOnlyDictionary<string, Tensor> state, double share)
    {
        _share = share;
        (_start, _trained) = (new KeptTensors(state), new KeptTensors(state));
        _start.Keep();
    }

    /// <summary>Gets the values before the first step by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _start.Tensors;

    /// <summary>Gives the model the mean; <see cref="Leave"/> gives it the trained values again.</summary>
    public void Enter()
    {
        _trained.Keep();
        _start.Mix(_share);
    }

    public void Leave()
    {
        _trained.Restore();
        _trained.Dispose();
    }

    public void Dispose()
    {
        _start.Dispose();
        _trained.Dispose();
    }
}
