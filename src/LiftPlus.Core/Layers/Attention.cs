using static TorchSharp.torch;
using LiftPlus.Peft;

namespace LiftPlus.Layers;

/// <summary>
/// Multi-head self-attention softmax(q kᵀ / √d) v with one fused projection (arXiv 1706.03762), H heads of d = D / H consecutive channels.
/// </summary>
public sealed class Attention : nn.Module<Tensor, Tensor>
{
    internal readonly AdaptableLinear qkv;
    internal readonly AdapterSite query = new(foldsIntoLinear: true), key = new(foldsIntoLinear: true), value = new(foldsIntoLinear: true);
    internal readonly AdaptableLinear proj;
    private readonly long _heads;
    private readonly bool _causal;

    internal Attention(long width, long heads, bool causal) : base(nameof(Attention))
    {
        if (heads <= 0 || width % heads != 0)
        {
            throw new LiftPlusException(
                $"A width of {width} cannot be split into {heads} attention heads; the number of heads must divide it.");
        }

        (_heads, _causal) = (heads, causal);
        qkv = new AdaptableLinear(width, 3 * width);
        proj = new AdaptableLinear(width, width);
        RegisterComponents();
    }

    /// <summary>The fused projection D → 3D; its site is <see cref="AdapterSites.AttentionInput"/>.</summary>
    public AdaptableLinear Qkv => qkv;

    /// <summary>The output projection D → D.</summary>
    public AdaptableLinear Proj => proj;

    /// <inheritdoc/>
    public override Tensor forward(Tensor y) // (B, N, D)
    {
        long B = y.shape[0], N = y.shape[1], D = y.shape[2];
        Tensor fused = ProjectIn(y); // (B, N, 3D)
        Tensor[] heads = fused.view(B, N, 3, _heads, D / _heads).permute(2, 0, 3, 1, 4).unbind(0); // 3 x (B, H, N, d)
        Tensor mixed = nn.functional.scaled_dot_product_attention(heads[0], heads[1], heads[2], is_casual: _causal); // (B, H, N, d)
        return proj.forward(mixed.transpose(1, 2).reshape(B, N, D));
    }

    /// <summary>
    /// The fused projection of a plain layer that does what this one does with its adapters, in float32: weight (3D, D), bias (3D).
    /// </summary>
    internal (Tensor Weight, Tensor? Bias) FoldQkv()
    {
        Tensor[] weights = qkv.EffectiveWeight.to(float32).chunk(3, 0), biases = qkv.EffectiveBias!.to(float32).chunk(3, 0);
        AdapterSite[] sites = [query, key, value];
        for (int i = 0; i < sites.Length; i++)
        {
            (weights[i], Tensor? bias) = sites[i].Fold(weights[i], biases[i]);
            biases[i] = bias!;
        }

        return qkv.site.Fold(cat(weights, 0), cat(biases, 0));
    }

    private Tensor ProjectIn(Tensor y)
    {
        Tensor fused = qkv.Project(y);
        if (!(query.IsEmpty && key.IsEmpty && value.IsEmpty))
        {
            Tensor[] parts = fused.chunk(3, -1);
            fused = cat([query.forward(y, parts[0]), key.forward(y, parts[1]), value.forward(y, parts[2])], -1);
        }

        return qkv.site.forward(y, fused);
    }
}
