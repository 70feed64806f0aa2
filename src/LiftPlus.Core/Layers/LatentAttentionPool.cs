using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Pools as SigLIP does (arXiv 2303.15343): a learned query attends to all tokens, and a pre-norm MLP follows; (B, N, D) to (B, D).
/// </summary>
internal sealed partial class LatentAttentionPool : nn.Module<Tensor, Tensor>
{
    internal readonly Parameter latent; // (D), the query before its projection
    internal readonly AdaptableLinear qkv,
        proj;
    internal readonly FloatLayerNorm norm;
    internal readonly Mlp mlp;
    private readonly long _heads;

    public LatentAttentionPool(BlockSizes sizes)
        : base(nameof(LatentAttentionPool))
    {
        (long width, long heads) = (sizes.Width, sizes.Heads);
        if (heads <= 0 || width % heads != 0)
        {
            throw new LiftPlusException(
                $"A width of {width} cannot be split into {heads} attention heads; the number of heads must divide it."
            );
        }

        _heads = heads;
        latent = new Parameter(empty(width), requires_grad: false);
        qkv = new AdaptableLinear(width, 3 * width);
        proj = new AdaptableLinear(width, width);
        norm = new FloatLayerNorm(width, sizes.Eps);
        mlp = new Mlp(sizes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        long B = x.shape[0],
            D = x.shape[2];
        Tensor weight = qkv.weight.to(x.dtype),
            bias = qkv.bias!.to(x.dtype);
        Tensor Heads(Tensor y, long first) => // (b, n, D) to (b, heads, n, d)
            LinearProducts
                .Apply(y, weight.narrow(0, first * D, D), bias.narrow(0, first * D, D))
                .view(y.shape[0], -1, _heads, D / _heads)
                .transpose(1, 2);
        Tensor query = Heads(latent.to(x.dtype).view(1, 1, D), 0).expand(B, -1, -1, -1);
        Tensor mixed = nn.functional.scaled_dot_product_attention(query, Heads(x, 1), Heads(x, 2)); // (B, heads, 1, d)
        Tensor pooled = proj.forward(mixed.reshape(B, 1, D));
        return TensorMath.Add(pooled, mlp.forward(norm.forward(pooled))).squeeze(1).MoveToOuterDisposeScope();
    }
}
