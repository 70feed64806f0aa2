using LiftPlus.Sites;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Computes fc2(act(fc1 z)), D → F → D; F is usually 4D. A gated MLP (SwiGLU, arXiv 2002.05202) computes fc2(silu(a) · b) with a and b the
/// two halves of fc1 z. A LayerNorm may follow the activation.
/// </summary>
public sealed partial class Mlp : nn.Module<Tensor, Tensor>
{
    internal readonly AdaptableLinear fc1,
        fc2;
    internal readonly FloatLayerNorm? norm; // EVA-02
    internal readonly AdapterSite output = new();
    private readonly Activation _activation;
    private readonly bool _isGated;

    internal Mlp(BlockSizes sizes)
        : base(nameof(Mlp))
    {
        (long width, long hidden) = (sizes.Width, sizes.HiddenSize);
        (_activation, _isGated) = (sizes.Activation, sizes.IsGated);
        fc1 = new AdaptableLinear(width, _isGated ? 2 * hidden : hidden);
        norm = sizes.NormalizesHidden ? new FloatLayerNorm(hidden, sizes.Eps) : null;
        fc2 = new AdaptableLinear(hidden, width);
        RegisterComponents();
    }

    /// <summary>Gets the first linear layer D → F, or D → 2F in a gated MLP.</summary>
    public AdaptableLinear Fc1 => fc1;

    /// <summary>Gets the second linear layer F → D.</summary>
    public AdaptableLinear Fc2 => fc2;

    /// <inheritdoc/>
    public override Tensor forward(Tensor z) // (B, N, D)
    {
        if (
            _activation == Activation.QuickGelu
            && !_isGated
            && norm is null
            && (z.dtype, fc1.Weight.dtype, fc2.Weight.dtype) == (float32, float32, float32)
            && fc1.site.IsEmpty
            && fc2.site.IsEmpty
        )
            return output.forward(z, ThroughQuickGelu(z));
        Tensor hidden = Activate(fc1.forward(z)); // (B, N, F)
        return output.forward(z, fc2.forward(norm?.forward(hidden) ?? hidden));
    }

    private Tensor Activate(Tensor x)
    {
        if (!_isGated)
            return _activation.Apply(x, mayOverwrite: fc1.site.IsEmpty); // an adapter may have kept its output
        Tensor[] halves = x.chunk(2, -1);
        Tensor gate = nn.functional.silu(halves[0]);
        return gate.requires_grad ? gate.mul(halves[1]) : gate.mul_(halves[1]);
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
