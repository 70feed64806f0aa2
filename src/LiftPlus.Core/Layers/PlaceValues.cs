using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Lets a thread see what a network computes for the places of an image, just before it makes one feature of them, and compute gradients
/// from there on. What comes before is computed without gradients.
/// </summary>
internal sealed class PlaceValues : IDisposable
{
    [ThreadStatic]
    private static PlaceValues? t_watching;

    private readonly PlaceValues? _before = t_watching;
    private readonly IDisposable _withoutGradients = no_grad();
    private IDisposable? _withGradients;

    private PlaceValues() => t_watching = this;

    /// <summary>Watches the next pass of this thread, until the result is disposed.</summary>
    public static PlaceValues Watch() => new();

    /// <summary>
    /// Gets the values as a leaf: tokens (B, N, D), of which the last are those of the places, or channels (B, C, H, W). Null if the
    /// network has passed none.
    /// </summary>
    public Tensor? Values { get; private set; }

    /// <summary>Returns the values that the network goes on with: the same ones, or a leaf with them where this thread watches.</summary>
    public static Tensor Pass(Tensor values) => t_watching is PlaceValues watching ? watching.Keep(values) : values;

    public void Dispose()
    {
        _withGradients?.Dispose();
        _withoutGradients.Dispose();
        Values?.Dispose();
        t_watching = _before;
    }

    private Tensor Keep(Tensor values)
    {
        Values?.Dispose();
        Values = values.detach().DetachFromDisposeScope().requires_grad_(true);
        _withGradients ??= enable_grad();
        return Values;
    }
}
