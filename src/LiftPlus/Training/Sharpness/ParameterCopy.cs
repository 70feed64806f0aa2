using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Keeps what a step changes while its gradient is computed elsewhere: the trained parameters and running statistics.</summary>
internal sealed class ParameterCopy : IDisposable
{
    private readonly (Tensor Place, Tensor Value)[] _copies;

    private ParameterCopy((Tensor, Tensor)[] copies) => _copies = copies;

    public static ParameterCopy Of(RunTensors tensors)
    {
        using IDisposable noGrad = no_grad();
        return new([.. tensors.Model().Values.Select(place => (place, place.clone().DetachFromDisposeScope()))]);
    }

    /// <summary>Writes the values back, bit for bit.</summary>
    public void Restore()
    {
        using IDisposable noGrad = no_grad();
        foreach ((Tensor place, Tensor value) in _copies)
            place.copy_(value);
    }

    public void Dispose()
    {
        foreach ((_, Tensor value) in _copies)
            value.Dispose();
    }
}
