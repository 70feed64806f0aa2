using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>Computes y = γ · x, entry by entry over the last axis (arXiv 2103.17239).</summary>
internal sealed class LayerScale : nn.Module<Tensor, Tensor>
{
    internal readonly Parameter gamma; // (D)

    public LayerScale(long width)
        : base(nameof(LayerScale))
    {
        gamma = new Parameter(empty(width), requires_grad: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => x.mul(gamma.to(x.dtype)); // (..., D)
}
