using LiftPlus.Sites;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Computes multi-head self-attention softmax(q kᵀ / √d) v with one fused projection (arXiv 1706.03762), H heads of d = D / H
/// consecutive channels. Queries and keys may be normalized and rotated, the scores may have a bias, and the mixture may be normalized.
/// </summary>
public sealed partial class Attention : nn.Module<Tensor, Tensor>
{
    internal readonly AdaptableLinear qkv;
    internal readonly AdapterSite query = new(foldsIntoLinear: true),
        key = new(foldsIntoLinear: true),
        value = new(foldsIntoLinear: true);
    internal readonly FloatLayerNorm? q_norm,
        k_norm; // over the entries of a head
    internal readonly RelativePositions? relative;
    internal readonly FloatLayerNorm? norm; // EVA-02-CLIP
    internal readonly AdaptableLinear proj;
    private readonly long _heads;
    private readonly bool _causal;
    private readonly RotaryPositions? _rotary;
    private readonly Scalar _scale; // 1 / √d

    internal Attention(BlockSizes sizes)
        : base(nameof(Attention))
    {
        (long width, long heads) = (sizes.Width, sizes.Heads);
        if (heads <= 0 || width % heads != 0)
        {
            throw new LiftPlusException(
                $"A width of {width} cannot be split into {heads} attention heads; the number of heads must divide it."
            );
        }

        (_heads, _causal, _rotary, _scale) = (heads, sizes.IsCausal, sizes.Rotary, TensorMath.Hold(1 / Math.Sqrt(width / heads)));
        qkv = new AdaptableLinear(width, 3 * width);
        if (sizes.NormalizesQueries)
            (q_norm, k_norm) = (new FloatLayerNorm(width / heads, sizes.Eps), new FloatLayerNorm(width / heads, sizes.Eps));
        relative = sizes.RelativeSide is int side ? new RelativePositions(side, heads) : null;
        norm = sizes.NormalizesMixture ? new FloatLayerNorm(width, sizes.Eps) : null;
        proj = new AdaptableLinear(width, width);
        RegisterComponents();
    }

    /// <summary>Gets the fused projection D → 3D; its site is <see cref="AdapterSites.AttentionInput"/>.</summary>
    public AdaptableLinear Qkv => qkv;

    /// <summary>Gets the output projection D → D.</summary>
    public AdaptableLinear Proj => proj;

    /// <inheritdoc/>
    public override Tensor forward(Tensor y) => Forward(y, y.shape[1]); // (B, N, D)

    /// <summary>
    /// Computes the output of the first tokens only, (B, count, D), which attend to all of (B, N, D). The queries of the others are not
    /// computed.
    /// </summary>
    internal Tensor Forward(Tensor y, long count)
    {
        (long B, long N, long D) = (y.shape[0], y.shape[1], y.shape[2]);
        if (count == 1 && N > 1 && IsPlain && qkv.site.IsEmpty && key.IsEmpty && value.IsEmpty)
            return Finish(MixForFirst(y));
        Tensor[] parts = [.. ProjectIn(y, count).Select(part => part.view(B, -1, _heads, D / _heads).transpose(1, 2))]; // (B, H, ·, d)
        Tensor q = q_norm?.forward(parts[0]) ?? parts[0],
            k = k_norm?.forward(parts[1]) ?? parts[1];
        if (_rotary is not null)
            (q, k) = (count == N ? _rotary.Turn(q) : q, _rotary.Turn(k)); // the first token is not rotated
        Tensor mixed = Mix(q, k, parts[2], relative?.forward(N, q).narrow(2, 0, count)); // (B, H, count, d)
        return Finish(mixed.transpose(1, 2).reshape(B, count, D));
    }

    // Whether the scores are inner products of projected tokens, and nothing else.
    private bool IsPlain => !_causal && _rotary is null && q_norm is null && relative is null;

    private Tensor Finish(Tensor mixed) => proj.forward(norm?.forward(mixed) ?? mixed); // (B, ·, D)

    // One token's result needs neither keys nor values: q · (W_k y_j + b_k) is (W_kᵀ q) · y_j and a summand that the softmax cancels,
    // and Σ a_j (W_v y_j + b_v) = W_v (Σ a_j y_j) + b_v as Σ a_j = 1: two products of all tokens with (D, D) less.
    private Tensor MixForFirst(Tensor y) // (B, N, D) to (B, 1, D)
    {
        (long B, long D, long H, long d) = (y.shape[0], y.shape[2], _heads, y.shape[2] / _heads);
        Tensor first = y.narrow(1, 0, 1);
        Tensor[] w = qkv.WeightFor(y).chunk(3, 0),
            b = qkv.BiasFor(y)!.chunk(3, 0);
        Tensor q = query.forward(first, nn.functional.linear(first, w[0], b[0])).view(B, H, d).transpose(0, 1); // (H, B, d)
        Tensor sought = q.mul(_scale).bmm(w[1].view(H, d, D)).transpose(0, 1); // (B, H, D): W_kᵀ q
        Tensor seen = sought.bmm(y.transpose(1, 2)).softmax(-1).bmm(y); // (B, H, D): Σ a_j y_j
        Tensor mixed = seen.transpose(0, 1).bmm(w[2].view(H, d, D).transpose(1, 2)); // (H, B, d)
        return TensorMath.Add(mixed.transpose(0, 1).reshape(B, 1, D), b[2]);
    }

    private Tensor Mix(Tensor q, Tensor k, Tensor v, Tensor? bias)
    {
        // Measured at (8, 12, 197, 64), forward and backward: the fused kernel is faster in float32 (31 against 38 ms), and slower in
        // bfloat16 on the CPU (38 against 17), where the processor can multiply bfloat16 matrices but this kernel does not use that.
        if (q.dtype != bfloat16 || q.device_type != DeviceType.CPU || _causal)
            return nn.functional.scaled_dot_product_attention(q, k, v, bias, is_casual: _causal);
        (long B, long H, long M, long N, long d) = (q.shape[0], q.shape[1], q.shape[2], k.shape[2], q.shape[3]);
        Tensor scores = q.mul(_scale).reshape(B * H, M, d).bmm(k.reshape(B * H, N, d).transpose(1, 2)); // (B H, M, N)
        if (bias is not null)
            scores = TensorMath.Add(scores.view(B, H, M, N), bias).view(B * H, M, N);
        return scores.softmax(-1).bmm(v.reshape(B * H, N, d)).view(B, H, M, d);
    }

    /// <summary>
    /// Computes the fused projection of a plain layer that is equal to this one with its adapters, in float32: weight (3D, D), bias (3D).
    /// </summary>
    internal (Tensor Weight, Tensor? Bias) FoldQkv()
    {
        Tensor[] weights = qkv.EffectiveWeight.to(float32).chunk(3, 0),
            biases = qkv.EffectiveBias!.to(float32).chunk(3, 0);
        AdapterSite[] sites = [query, key, value];
        for (int i = 0; i < sites.Length; i++)
        {
            (weights[i], Tensor? bias) = sites[i].Fold(weights[i], biases[i]);
            biases[i] = bias!;
        }

        return qkv.site.Fold(cat(weights, 0), cat(biases, 0));
    }

    // q (B, count, D), k and v (B, N, D). An adapter of the fused projection sees it whole.
    private Tensor[] ProjectIn(Tensor y, long count)
    {
        long N = y.shape[1],
            D = y.shape[2];
        if (count < N && qkv.site.IsEmpty)
        {
            Tensor first = y.narrow(1, 0, count);
            Tensor[] rest = qkv.Project(y, D, 2 * D).chunk(2, -1);
            return [query.forward(first, qkv.Project(first, 0, D)), key.forward(y, rest[0]), value.forward(y, rest[1])];
        }

        Tensor fused = qkv.Project(y); // (B, N, 3D)
        Tensor[] parts = fused.chunk(3, -1);
        bool isAdapted = !(query.IsEmpty && key.IsEmpty && value.IsEmpty);
        if (isAdapted)
            parts = [query.forward(y, parts[0]), key.forward(y, parts[1]), value.forward(y, parts[2])];
        if (!qkv.site.IsEmpty)
            parts = qkv.site.forward(y, isAdapted ? cat(parts, -1) : fused).chunk(3, -1);
        return count < N ? [parts[0].narrow(1, 0, count), parts[1], parts[2]] : parts;
    }
}
