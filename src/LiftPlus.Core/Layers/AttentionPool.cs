using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Pools as CLIP's ResNets do (arXiv 2103.00020): one multi-head attention whose query is the mean of all places, (B, D, H, W) to (B, E).
/// </summary>
internal sealed partial class AttentionPool : nn.Module<Tensor, Tensor>
{
    internal readonly Parameter pos_embed; // (1 + H W, D)
    internal readonly AdaptableLinear q_proj,
        k_proj,
        v_proj,
        c_proj;
    private readonly long _heads;

    public AttentionPool(long places, long width, long heads, long output)
        : base(nameof(AttentionPool))
    {
        if (heads <= 0 || width % heads != 0)
        {
            throw new LiftPlusException(
                $"A width of {width} cannot be split into {heads} attention heads; the number of heads must divide it."
            );
        }

        _heads = heads;
        pos_embed = new Parameter(empty(1 + places, width), requires_grad: false);
        q_proj = new AdaptableLinear(width, width);
        k_proj = new AdaptableLinear(width, width);
        v_proj = new AdaptableLinear(width, width);
        c_proj = new AdaptableLinear(width, output);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        long B = x.shape[0],
            D = x.shape[1];
        x = x.flatten(2).transpose(1, 2); // (B, H W, D)
        x = TensorMath.Add(cat([x.mean([1], keepdim: true), x], 1), pos_embed); // (B, 1 + H W, D)
        Tensor Heads(Tensor y) => y.view(B, -1, _heads, D / _heads).transpose(1, 2); // (B, heads, ..., d)
        Tensor query = Heads(q_proj.forward(x.narrow(1, 0, 1)));
        Tensor mixed = nn.functional.scaled_dot_product_attention(query, Heads(k_proj.forward(x)), Heads(v_proj.forward(x)));
        return c_proj.forward(mixed.transpose(1, 2).reshape(B, D)).MoveToOuterDisposeScope();
    }
}
