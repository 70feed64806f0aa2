using System.Text.Json.Serialization;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Layers;

namespace LiftPlus.Backbones;

// What the families of vision transformers have beyond the plain one. It is read from files; users set none of it.
public sealed partial record VisionTransformerConfig
{
    /// <summary>Gets whether there is a class token although the feature is not taken from it.</summary>
    [JsonInclude]
    internal bool HasUnreadClassToken { get; init; }

    /// <summary>Gets the number of registers (arXiv 2309.16588): learned tokens after the class token, without a position.</summary>
    [JsonInclude]
    internal int Registers { get; init; }

    /// <summary>Gets which tokens have a row in the position embedding.</summary>
    [JsonInclude]
    internal PositionRows PositionRows { get; init; }

    /// <summary>Gets the rotation of queries and keys by their places; null if there is none.</summary>
    [JsonInclude]
    internal RotaryKind? Rotary { get; init; }

    /// <summary>Gets whether the scores of every block have a bias for the difference of two places (BEiT).</summary>
    [JsonInclude]
    internal bool HasRelativePositions { get; init; }

    /// <summary>Gets which parts of the projection to queries, keys and values have a bias.</summary>
    [JsonInclude]
    internal QueryKeyValueBias QkvBias { get; init; }

    /// <summary>Gets whether queries and keys are normalized.</summary>
    [JsonInclude]
    internal bool NormalizesQueries { get; init; }

    /// <summary>Gets whether the mixture of values is normalized before the output projection (EVA-02-CLIP).</summary>
    [JsonInclude]
    internal bool NormalizesMixture { get; init; }

    /// <summary>Gets whether the MLPs are gated (SwiGLU).</summary>
    [JsonInclude]
    internal bool IsGated { get; init; }

    /// <summary>Gets whether the MLPs normalize what follows the activation (EVA-02).</summary>
    [JsonInclude]
    internal bool NormalizesHidden { get; init; }

    /// <summary>Gets whether the last LayerNorm follows the pooling; otherwise it precedes it.</summary>
    [JsonInclude]
    internal bool NormalizesPooled { get; init; }

    /// <summary>Gets the number of heads of attention pooling; null if it is that of the blocks.</summary>
    [JsonInclude]
    internal int? PoolHeads { get; init; }

    /// <summary>Gets the number of entries between the linear layers of attention pooling; null if it is that of the blocks.</summary>
    [JsonInclude]
    internal int? PoolHiddenSize { get; init; }

    /// <summary>Gets the width of an image in pixels; null if it is square. Only tests have others.</summary>
    [JsonInclude]
    internal int? ImageWidth { get; init; }

    /// <summary>Gets whether a class token precedes the others.</summary>
    internal bool HasClassToken => Pooling == TokenPooling.ClassToken || HasUnreadClassToken;

    /// <summary>Gets the number of tokens that belong to no place in the image.</summary>
    internal int GlobalTokens => (HasClassToken ? 1 : 0) + Registers;

    /// <summary>Gets the number of rows of the position embedding that belong to no place in the image.</summary>
    internal int GlobalRows => HasClassToken && PositionRows == PositionRows.All ? 1 : 0;

    internal override IReadOnlySet<string> Variants =>
        new Dictionary<string, bool>
        {
            [nameof(IsGated)] = IsGated,
            [TimmNames.SplitAttention] = IsGated && NormalizesHidden,
            [TimmNames.SplitMlp] = IsGated && (NormalizesHidden || Rotary == RotaryKind.Dinov3),
            [TimmNames.Gammas] = QkvBias != QueryKeyValueBias.All,
            [nameof(NormalizesPooled)] = NormalizesPooled,
            [$"{QkvBias}"] = true,
        }
            .Where(variant => variant.Value)
            .Select(variant => variant.Key)
            .ToHashSet();

    /// <summary>Gets whether the network is the plain one, whose feature is its class token.</summary>
    internal bool IsPlain =>
        this
            is {
                Pooling: TokenPooling.ClassToken,
                Registers: 0,
                PositionRows: PositionRows.All,
                Rotary: null,
                QkvBias: QueryKeyValueBias.All,
                NormalizesQueries: false,
                NormalizesMixture: false,
                IsGated: false,
                NormalizesHidden: false,
            };

    /// <summary>Gets the numbers of rows and columns of patches.</summary>
    internal (int Rows, int Columns) Grid => (ImageSize / PatchSize, (ImageWidth ?? ImageSize) / PatchSize);

    /// <summary>Gets the number of patches.</summary>
    internal long Places => (long)Grid.Rows * Grid.Columns;

    /// <summary>Creates the sizes of the blocks.</summary>
    /// <param name="rotary">The rotation of this grid; null if there is none.</param>
    internal BlockSizes Block(RotaryPositions? rotary) =>
        new(Width, Heads, HiddenSize, Activation, LayerNormEps)
        {
            HasScales = LayerScale,
            IsGated = IsGated,
            NormalizesHidden = NormalizesHidden,
            NormalizesMixture = NormalizesMixture,
            NormalizesQueries = NormalizesQueries,
            Rotary = rotary,
            RelativeSide = HasRelativePositions ? Grid.Rows : null,
        };

    /// <summary>Gets the sizes of attention pooling.</summary>
    internal BlockSizes Pool => new(Width, PoolHeads ?? Heads, PoolHiddenSize ?? HiddenSize, Activation, LayerNormEps);

    internal override void AddTensors(ExpectedTensors tensors)
    {
        tensors.AddAffine("image.patch_embed.proj", [Width, Channels, PatchSize, PatchSize], PatchBias);
        if (HasClassToken)
            tensors.Add("image.cls_token", Width);
        if (Registers > 0)
            tensors.Add("image.reg_token", Registers, Width);
        if (PositionRows != PositionRows.None)
            tensors.Add("image.pos_embed", GlobalRows + Places, Width);
        if (PreNorm)
            tensors.AddAffine("image.norm_pre", [Width]);
        tensors.AddBlocks("image", Depth, Block(rotary: null));
        if (Pooling == TokenPooling.Attention)
        {
            tensors.Add("image.attn_pool.latent", Width);
            tensors.AddAffine("image.attn_pool.qkv", [3L * Width, Width]);
            tensors.AddAffine("image.attn_pool.proj", [Width, Width]);
            tensors.AddAffine("image.attn_pool.norm", [Width]);
            tensors.AddMlp("image.attn_pool.mlp", Pool);
        }
    }
}
