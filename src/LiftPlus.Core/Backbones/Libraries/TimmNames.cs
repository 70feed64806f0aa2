using LiftPlus.Weights;

namespace LiftPlus.Backbones.Libraries;

/// <summary>
/// Holds the names of timm's vision transformers, and those of authors whose files have the same names but for a few parts. Rows with the
/// same key are alternatives.
/// </summary>
internal static class TimmNames
{
    /// <summary>The variant with separate layers for queries, keys and values: EVA-02 from base on.</summary>
    public const string SplitAttention = "SplitAttention";

    /// <summary>The variant with two first layers in gated MLPs: EVA-02 from base on, and DINOv3.</summary>
    public const string SplitMlp = "SplitMlp";

    /// <summary>The variant whose scales are parameters of the block itself: BEiT, and DINOv3.</summary>
    public const string Gammas = "Gammas";

    private const string NotKey = nameof(QueryKeyValueBias.NotKey),
        NoBias = nameof(QueryKeyValueBias.None);

    /// <summary>Creates the names of a transformer, without its classifier: a fine-tuned model gets another.</summary>
    /// <param name="name">Whose naming it is.</param>
    /// <param name="marks">Tensors that only this family has.</param>
    public static KeyMap Transformer(string name, params string[] marks) =>
        new()
        {
            Name = name,
            Marks = ["patch_embed.proj.weight", .. marks],
            Ignored =
            [
                "head.*",
                "pre_logits.*",
                "mask_token",
                "rope_embed.periods",
                "local_cls_norm.*",
                "blocks.*.attn.qkv.bias_mask",
                "*.freqs_cos",
                "*.freqs_sin",
            ],
            Rows = [.. Front(), .. Blocks(), .. Back()],
        };

    private static KeyRow[] Front() =>
        [
            new("image.cls_token", "cls_token", KeyTransform.RankThree),
            .. KeyRows.Affine("image.patch_embed.proj", "patch_embed.proj"),
            .. Either("image.reg_token", KeyTransform.RankThree, "reg_token", "register_tokens", "storage_tokens"),
            new("image.pos_embed", "pos_embed", KeyTransform.RankThree),
            .. KeyRows.Affine("image.norm_pre", "norm_pre"),
        ];

    private static KeyRow[] Blocks()
    {
        const string block = "blocks.{n}.",
            ours = "image." + block,
            qkv = ours + "attn.qkv",
            source = block + "attn.";
        return
        [
            .. KeyRows.Affine(ours + "norm1", block + "norm1"),
            new(qkv + ".weight", source + "qkv.weight"),
            new(qkv + ".weight", [source + "q_proj.weight", source + "k_proj.weight", source + "v_proj.weight"], KeyTransform.Rows)
            {
                Variant = SplitAttention,
            },
            new(qkv + ".bias", source + "qkv.bias"),
            new(qkv + ".bias", [source + "q_proj.bias", source + "v_proj.bias"], KeyTransform.Rows) { Blank = 1, Variant = SplitAttention },
            new(qkv + ".bias", [source + "q_bias", source + "v_bias"], KeyTransform.Rows) { Blank = 1, Variant = NotKey },
            .. new[] { "q_norm", "k_norm" }.SelectMany(norm => KeyRows.Affine(ours + "attn." + norm, source + norm)),
            new(ours + "attn.relative.table", source + "relative_position_bias_table"),
            .. Either(ours + "attn.norm", source + "norm", source + "inner_attn_ln"),
            .. KeyRows.Affine(ours + "attn.proj", source + "proj"),
            .. KeyRows.Affine(ours + "norm2", block + "norm2"),
            .. new[] { ".weight", ".bias" }.SelectMany(end => Mlp(ours + "mlp.fc1" + end, block + "mlp.", end)),
            .. Either(ours + "mlp.norm", block + "mlp.norm", block + "mlp.ffn_ln"),
            .. Either(ours + "mlp.fc2", block + "mlp.fc2", block + "mlp.w3"),
            new(ours + "ls1.gamma", block + "ls1.gamma"),
            new(ours + "ls1.gamma", block + "gamma_1") { Variant = Gammas },
            new(ours + "ls2.gamma", block + "ls2.gamma"),
            new(ours + "ls2.gamma", block + "gamma_2") { Variant = Gammas },
        ];
    }

    private static KeyRow[] Mlp(string ours, string source, string end) =>
        [
            new(ours, source + "fc1" + end),
            new(ours, [source + "fc1_g" + end, source + "fc1_x" + end], KeyTransform.Rows) { Variant = SplitMlp },
            new(ours, source + "w12" + end),
            new(ours, [source + "w1" + end, source + "w2" + end], KeyTransform.Rows),
        ];

    private static KeyRow[] Back() =>
        [
            .. KeyRows.Affine("image.norm", "norm"),
            .. KeyRows
                .Affine("image.norm", "fc_norm")
                .Select(row => row with { Variant = nameof(VisionTransformerConfig.NormalizesPooled) }),
            new("image.attn_pool.latent", "attn_pool.latent", KeyTransform.RankThree),
            .. new[] { ".weight", ".bias" }.Select(end => new KeyRow(
                "image.attn_pool.qkv" + end,
                ["attn_pool.q" + end, "attn_pool.kv" + end],
                KeyTransform.Rows
            )
            {
                Parts = [1, 2],
            }),
            .. new[] { "proj", "norm", "mlp.fc1", "mlp.fc2" }.SelectMany(part =>
                KeyRows.Affine("image.attn_pool." + part, "attn_pool." + part)
            ),
        ];

    /// <summary>Returns the table with a row for models without any bias in the projection to queries, keys and values.</summary>
    public static KeyMap WithoutQkvBias(this KeyMap names) =>
        names with
        {
            Rows = [.. names.Rows, new("image.blocks.{n}.attn.qkv.bias", []) { Variant = NoBias }],
        };

    private static IEnumerable<KeyRow> Either(string ours, KeyTransform transform, params string[] sources) =>
        sources.Select(source => new KeyRow(ours, source, transform));

    private static IEnumerable<KeyRow> Either(string ours, params string[] sources) =>
        sources.SelectMany(source => KeyRows.Affine(ours, source));
}
