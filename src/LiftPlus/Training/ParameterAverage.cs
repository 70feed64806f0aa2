using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// Keeps an exponential moving average of the trained parameters, a = d a + (1 - d) p, in their own precision. Owns the averages.
/// </summary>
internal sealed class ParameterAverage : IDisposable
{
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> _parameters;
    private readonly Tensor[] _averages;
    private readonly double _decay;

    /// <summary>Starts from the current parameters.</summary>
    public ParameterAverage(IReadOnlyList<(string Name, Parameter Parameter)> parameters, double decay)
    {
        (_parameters, _decay) = (parameters, decay);
        using DisposeScope scope = NewDisposeScope();
        _averages = [.. parameters.Select(entry => entry.Parameter.detach().clone().DetachFromDisposeScope())];
    }

    /// <summary>Gets the averages by the parameters' names. The tensors are live.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors =>
        _parameters.Zip(_averages).ToDictionary(pair => pair.First.Name, pair => pair.Second);

    /// <summary>
    /// Adds the parameters after step <paramref name="step"/> (1-based). The first steps weigh more, so that the initial values fade.
    /// </summary>
    public void Update(long step)
    {
        using IDisposable noGrad = no_grad();
        double decay = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        Scalar keep = TensorMath.Hold(decay),
            take = TensorMath.Hold(1 - decay);
        for (int i = 0; i < _averages.Length; i++)
            _averages[i].mul_(keep).add_(_parameters[i].Parameter, take);
        GC.KeepAlive((keep, take));
    }

    /// <summary>Exchanges the averages with the parameters; a second call restores them.</summary>
    public void Swap()
    {
        using IDisposable noGrad = no_grad();
        for (int i = 0; i < _averages.Length; i++)
        {
            using Tensor current = _parameters[i].Parameter.clone();
            _parameters[i].Parameter.copy_(_averages[i]);
            _averages[i].copy_(current);
        }
    }

    public void Dispose()
    {
        foreach (Tensor average in _averages)
            average.Dispose();
    }
}
