using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Represents a pre-norm transformer block, x ← x + attn(norm1 x); x ← x + mlp(norm2 x), with a site at every place that an adapter may
/// need. Some families scale both branches before they are added.
/// </summary>
public sealed partial class TransformerBlock : nn.Module<Tensor, Tensor>, IBackboneBlock
{
    internal readonly AdapterSite tokens = new();
    internal readonly FloatLayerNorm norm1;
    internal readonly Attention attn;
    internal readonly LayerScale? ls1;
    internal readonly FloatLayerNorm norm2;
    internal readonly Mlp mlp;
    internal readonly LayerScale? ls2;
    internal readonly AdapterSite mlp_branch = new();

    internal TransformerBlock(BlockSizes sizes)
        : base(nameof(TransformerBlock))
    {
        Width = sizes.Width;
        norm1 = new FloatLayerNorm(Width, sizes.Eps);
        attn = new Attention(sizes);
        norm2 = new FloatLayerNorm(Width, sizes.Eps);
        mlp = new Mlp(sizes);
        (ls1, ls2) = sizes.HasScales ? (new LayerScale(Width), new LayerScale(Width)) : (null, null);
        RegisterComponents();
    }

    /// <summary>Gets the width D of the residual stream.</summary>
    public long Width { get; }

    /// <summary>Gets the attention part.</summary>
    public Attention Attn => attn;

    /// <summary>Gets the MLP part.</summary>
    public Mlp Mlp => mlp;

    /// <summary>Gets the site of one place in the block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not exactly one site.</exception>
    public AdapterSite Site(AdapterSites site) =>
        site switch
        {
            AdapterSites.Tokens => tokens,
            AdapterSites.Query => attn.query,
            AdapterSites.Key => attn.key,
            AdapterSites.Value => attn.value,
            AdapterSites.AttentionInput => attn.qkv.site,
            AdapterSites.AttentionOutput => attn.proj.site,
            AdapterSites.Fc1 => mlp.fc1.site,
            AdapterSites.Fc2 => mlp.fc2.site,
            AdapterSites.MlpOutput => mlp.output,
            AdapterSites.MlpBranch => mlp_branch,
            _ => throw new ArgumentOutOfRangeException(nameof(site), site, "Name exactly one site."),
        };

    /// <summary>
    /// Gets the block's own parameters in order, without those of adapters: norm1, attn.qkv, attn.proj, norm2, mlp.fc1, mlp.fc2, each with
    /// ".weight" and ".bias"; and what a variant has besides: attn.q_norm, attn.k_norm, attn.relative.table, attn.norm, ls1.gamma,
    /// mlp.norm, ls2.gamma.
    /// </summary>
    public IEnumerable<(string Name, Parameter Parameter)> OwnParameters =>
        [
            ("norm1.weight", norm1.weight),
            ("norm1.bias", norm1.bias),
            ("attn.qkv.weight", attn.qkv.weight),
            ("attn.qkv.bias", attn.qkv.bias!),
            .. Affine("attn.q_norm", attn.q_norm),
            .. Affine("attn.k_norm", attn.k_norm),
            .. attn.relative is null ? [] : new[] { ("attn.relative.table", attn.relative.table) },
            .. Affine("attn.norm", attn.norm),
            ("attn.proj.weight", attn.proj.weight),
            ("attn.proj.bias", attn.proj.bias!),
            .. ls1 is null ? [] : new[] { ("ls1.gamma", ls1.gamma) },
            ("norm2.weight", norm2.weight),
            ("norm2.bias", norm2.bias),
            ("mlp.fc1.weight", mlp.fc1.weight),
            ("mlp.fc1.bias", mlp.fc1.bias!),
            .. Affine("mlp.norm", mlp.norm),
            ("mlp.fc2.weight", mlp.fc2.weight),
            ("mlp.fc2.bias", mlp.fc2.bias!),
            .. ls2 is null ? [] : new[] { ("ls2.gamma", ls2.gamma) },
        ];

    private static (string, Parameter)[] Affine(string name, FloatLayerNorm? norm) =>
        norm is null ? [] : [(name + ".weight", norm.weight), (name + ".bias", norm.bias)];

    /// <summary>
    /// Marks some of <see cref="OwnParameters"/> as trained. A linear layer with one of them is kept in float32 from then on.
    /// </summary>
    /// <param name="trains">Whether a parameter of this name is to be trained.</param>
    public void Unfreeze(Func<string, bool> trains)
    {
        (string, AdaptableLinear)[] linears =
        [
            ("attn.qkv", attn.qkv),
            ("attn.proj", attn.proj),
            ("mlp.fc1", mlp.fc1),
            ("mlp.fc2", mlp.fc2),
        ];
        foreach ((string name, AdaptableLinear linear) in linears)
        {
            if (linear.weight.dtype == float32 || !(trains(name + ".weight") || trains(name + ".bias")))
                continue;
            linear.to(float32);
            foreach (Parameter parameter in linear.parameters())
                parameter.DetachFromDisposeScope(); // these are new ones, and the caller may have a scope open
        }

        foreach ((_, Parameter parameter) in OwnParameters.Where(own => trains(own.Name)))
            parameter.requires_grad_(true);
    }

    /// <summary>Gets the widths of a site's input and output.</summary>
    public (long Input, long Output) SiteWidths(AdapterSites site) =>
        site switch
        {
            AdapterSites.AttentionInput => (Width, 3 * Width),
            AdapterSites.Fc1 => (Width, mlp.fc1.OutputWidth),
            AdapterSites.Fc2 => (mlp.fc2.InputWidth, Width),
            _ => (Width, Width),
        };

    /// <summary>Gets the linear layer whose output a site is; null for a site that is not behind one.</summary>
    internal LinearSource? Linear(AdapterSites site) =>
        site switch
        {
            AdapterSites.Query => attn.qkv.Rows(0, Width),
            AdapterSites.Key => attn.qkv.Rows(Width, Width),
            AdapterSites.Value => attn.qkv.Rows(2 * Width, Width),
            AdapterSites.AttentionInput => attn.qkv.Source,
            AdapterSites.AttentionOutput => attn.proj.Source,
            AdapterSites.Fc1 => mlp.fc1.Source,
            AdapterSites.Fc2 => mlp.fc2.Source,
            _ => null,
        };

    /// <summary>Gets or sets the training step in progress that recomputes this block; null if there is none.</summary>
    internal BlockRecomputation? Recomputation { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => Forward(x, readsFirstOnly: false); // (B, N, D)

    /// <summary>
    /// Computes the block's output for the first token, alone (B, 1, D) or with the others (B, N, D), for the last block of a tower that
    /// reads only this token. If every adapter after the attention is tokenwise, the others are computed only as far as the first token
    /// attends to them.
    /// </summary>
    internal Tensor ForwardFirstToken(Tensor x) => Forward(x, readsFirstOnly: true);

    // Sites that see only the tokens whose queries are asked.
    private AdapterSite[] Behind => [attn.query, attn.qkv.site, attn.proj.site, mlp.fc1.site, mlp.fc2.site, mlp.output, mlp_branch];

    private Tensor Forward(Tensor x, bool readsFirstOnly) =>
        Recomputation is null ? Compute(x, readsFirstOnly) : Recomputation.Run(this, x => Compute(x, readsFirstOnly), x);

    private Tensor Compute(Tensor x, bool readsFirstOnly)
    {
        // Each scope frees what its part leaves behind; autograd keeps what the backward pass needs by itself.
        using DisposeScope scope = NewDisposeScope();
        x = tokens.forward(x, x);
        long count = readsFirstOnly && Behind.All(site => site.IsTokenwise) ? 1 : x.shape[1];
        Tensor h = Attend(x, count, readsFirstOnly);
        Tensor branch = Branch(h);
        Tensor result = TensorMath.Add(h, mlp_branch.forward(h, branch));
        return result.MoveToOuterDisposeScope();
    }

    // x + attn(norm1 x) of the first tokens
    private Tensor Attend(Tensor x, long count, bool readsFirstOnly)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = norm1.forward(x);
        Tensor branch = attn.Forward(readsFirstOnly ? PlaceValues.Pass(y) : y, count);
        Tensor first = count < x.shape[1] ? x.narrow(1, 0, count) : x;
        return TensorMath.Add(first, ls1?.forward(branch) ?? branch).MoveToOuterDisposeScope();
    }

    // mlp(norm2 h)
    private Tensor Branch(Tensor h)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor branch = mlp.forward(norm2.forward(h));
        return (ls2?.forward(branch) ?? branch).MoveToOuterDisposeScope();
    }
}
