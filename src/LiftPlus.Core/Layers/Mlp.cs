using LiftPlus.Sites;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>Computes fc2(act(fc1 z)), D → 4D → D.</summary>
public sealed partial class Mlp : nn.Module<Tensor, Tensor>
{
    internal readonly AdaptableLinear fc1,
        fc2;
    internal readonly AdapterSite output = new();
    private readonly Activation _activation;

    internal Mlp(long width, long hidden, Activation activation)
        : base(nameof(Mlp))
    {
        _activation = activation;
        fc1 = new AdaptableLinear(width, hidden);
        fc2 = new AdaptableLinear(hidden, width);
        RegisterComponents();
    }

    /// <summary>Gets the first linear layer D → 4D.</summary>
    public AdaptableLinear Fc1 => fc1;

    /// <summary>Gets the second linear layer 4D → D.</summary>
    public AdaptableLinear Fc2 => fc2;

    /// <inheritdoc/>
    public override Tensor forward(Tensor z) // (B, N, D)
    {
        if (
            _activation == Activation.QuickGelu
            && (z.dtype, fc1.Weight.dtype, fc2.Weight.dtype) == (float32, float32, float32)
            && fc1.site.IsEmpty
            && fc2.site.IsEmpty
        )
            return output.forward(z, ThroughQuickGelu(z));
        // An adapter may have kept its output.
        Tensor hidden = _activation.Apply(fc1.forward(z), mayOverwrite: fc1.site.IsEmpty); // (B, N, 4D)
        return output.forward(z, fc2.forward(hidden));
    }

    // The two factors of silu(1.702 u) / 1.702 cost nothing if the matrix products apply them: this saves two passes over (B, N, 4D)
    // forward and one backward.
    private Tensor ThroughQuickGelu(Tensor z)
    {
        const float slope = (float)ActivationFunctions.QuickGeluSlope;
        Tensor scaled = fc1.ProjectScaled(z, product: slope, bias: slope); // 1.702 u
        return fc2.ProjectScaled(nn.functional.silu(scaled, inplace: !scaled.requires_grad), product: 1 / slope, bias: 1);
    }
}
