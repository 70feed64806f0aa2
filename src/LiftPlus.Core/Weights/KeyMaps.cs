using System.Collections.Immutable;

namespace LiftPlus.Weights;

/// <summary>The namings of weight files that are understood.</summary>
internal static partial class KeyMaps
{
    /// <summary>OpenAI's CLIP with a vision transformer; open_clip uses the same names.</summary>
    public static readonly KeyMap OpenAIClip = new()
    {
        Name = "OpenAI CLIP",
        Marks = ["visual.class_embedding", "visual.conv1.weight"],
        Ignored = ["input_resolution", "context_length", "vocab_size", "attn_mask"],
        Rows =
        [
            new("image.patch_embed.proj.weight", "visual.conv1.weight"),
            new("image.cls_token", "visual.class_embedding"),
            new("image.pos_embed", "visual.positional_embedding"),
            .. Affine("image.norm_pre", "visual.ln_pre"),
            .. OpenAIBlock("image.blocks.{n}", "visual.transformer.resblocks.{n}"),
            .. Affine("image.norm", "visual.ln_post"),
            new("image_projection", "visual.proj"),
            .. OpenAIText(),
        ],
    };

    /// <summary>transformers' CLIPModel.</summary>
    public static readonly KeyMap HuggingFaceClip = new()
    {
        Name = "Hugging Face CLIPModel",
        Marks = ["vision_model.embeddings.class_embedding", "text_model.embeddings.token_embedding.weight"],
        Ignored = ["*.embeddings.position_ids"],
        Rows =
        [
            new("image.patch_embed.proj.weight", "vision_model.embeddings.patch_embedding.weight"),
            new("image.cls_token", "vision_model.embeddings.class_embedding"),
            new("image.pos_embed", "vision_model.embeddings.position_embedding.weight"),
            .. Affine("image.norm_pre", "vision_model.pre_layrnorm"), // transformers' own spelling
            .. HuggingFaceClipBlock("image.blocks.{n}", "vision_model.encoder.layers.{n}"),
            .. Affine("image.norm", "vision_model.post_layernorm"),
            new("image_projection", "visual_projection.weight", KeyTransform.Transposed),
            new("text.token_embedding", "text_model.embeddings.token_embedding.weight"),
            new("text.pos_embed", "text_model.embeddings.position_embedding.weight"),
            .. HuggingFaceClipBlock("text.blocks.{n}", "text_model.encoder.layers.{n}"),
            .. Affine("text.norm", "text_model.final_layer_norm"),
            new("text_projection", "text_projection.weight", KeyTransform.Transposed),
            new("logit_scale", "logit_scale"),
        ],
    };

    /// <summary>timm's VisionTransformer. Its classifier is left out: a fine-tuned model gets its own.</summary>
    public static readonly KeyMap TimmViT = new()
    {
        Name = "timm VisionTransformer",
        Marks = ["patch_embed.proj.weight", "cls_token"],
        Ignored = ["head.*", "pre_logits.*"],
        Rows =
        [
            .. Affine("image.patch_embed.proj", "patch_embed.proj"),
            new("image.cls_token", "cls_token", KeyTransform.RankThree),
            new("image.pos_embed", "pos_embed", KeyTransform.RankThree),
            .. Affine("image.norm_pre", "norm_pre"),
            .. new[] { "norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2" }.SelectMany(part => Affine("image.blocks.{n}." + part, "blocks.{n}." + part)),
            .. Affine("image.norm", "norm"),
        ],
    };

    /// <summary>transformers' ViTForImageClassification, without its classifier.</summary>
    public static readonly KeyMap HuggingFaceViTForImageClassification = HuggingFaceViT("ViTForImageClassification", "vit.");

    /// <summary>transformers' ViTModel.</summary>
    public static readonly KeyMap HuggingFaceViTModel = HuggingFaceViT("ViTModel", "");

    /// <summary>All namings, in the order in which they are tried.</summary>
    public static ImmutableArray<KeyMap> All =>
        [OpenAIClip, OpenAIClipResNet, HuggingFaceClip, TimmViT, TimmResNet, HuggingFaceViTForImageClassification, HuggingFaceViTModel];

    /// <summary>
    /// The naming a file follows, and the file itself or, where a checkpoint holds the model under a prefix ("state_dict.", "module."), the part
    /// below it. The shortest prefix wins: beside a model its moving average may lie.
    /// </summary>
    /// <exception cref="WeightFileException">None of those understood.</exception>
    public static (KeyMap Map, WeightSource Source) Recognize(WeightSource source)
    {
        foreach (KeyMap map in All)
        {
            string mark = map.Marks[0];
            string? prefix = source.Tensors.Keys.Where(name => name.EndsWith(mark, StringComparison.Ordinal)).Select(name => name[..^mark.Length])
                .Where(start => (start.Length == 0 || start[^1] == '.') && map.Marks.All(other => source.Tensors.ContainsKey(start + other)))
                .MinBy(start => start.Length);
            if (prefix is not null)
                return (map, prefix.Length == 0 ? source : new PrefixedSource(source, prefix));
        }

        throw new WeightFileException(source.Path, $"its {source.Tensors.Count} tensors ({string.Join(", ", source.Tensors.Keys.Take(5))}"
            + $"{(source.Tensors.Count > 5 ? ", ..." : "")}) follow none of the namings understood: "
            + $"{string.Join("; ", All.Select(map => $"{map.Name} ({string.Join(", ", map.Marks)})"))}. Check that this is a backbone's weight file.");
    }

    private static KeyMap HuggingFaceViT(string model, string prefix) => new()
    {
        Name = "Hugging Face " + model,
        Marks = [prefix + "embeddings.cls_token", prefix + "embeddings.patch_embeddings.projection.weight"],
        Ignored = ["classifier.*", prefix + "pooler.*"],
        Rows =
        [
            .. Affine("image.patch_embed.proj", prefix + "embeddings.patch_embeddings.projection"),
            new("image.cls_token", prefix + "embeddings.cls_token", KeyTransform.RankThree),
            new("image.pos_embed", prefix + "embeddings.position_embeddings", KeyTransform.RankThree),
            .. Affine("image.blocks.{n}.norm1", prefix + "encoder.layer.{n}.layernorm_before"),
            .. Fused("image.blocks.{n}.attn.qkv", prefix + "encoder.layer.{n}.attention.attention", "query", "key", "value"),
            .. Affine("image.blocks.{n}.attn.proj", prefix + "encoder.layer.{n}.attention.output.dense"),
            .. Affine("image.blocks.{n}.norm2", prefix + "encoder.layer.{n}.layernorm_after"),
            .. Affine("image.blocks.{n}.mlp.fc1", prefix + "encoder.layer.{n}.intermediate.dense"),
            .. Affine("image.blocks.{n}.mlp.fc2", prefix + "encoder.layer.{n}.output.dense"),
            .. Affine("image.norm", prefix + "layernorm"),
        ],
    };

    private static KeyRow[] OpenAIText() =>
    [
        new("text.token_embedding", "token_embedding.weight"),
        new("text.pos_embed", "positional_embedding"),
        .. OpenAIBlock("text.blocks.{n}", "transformer.resblocks.{n}"),
        .. Affine("text.norm", "ln_final"),
        new("text_projection", "text_projection"),
        new("logit_scale", "logit_scale"),
    ];

    private static KeyRow[] OpenAIBlock(string ours, string source) =>
    [
        .. Affine(ours + ".norm1", source + ".ln_1"),
        new(ours + ".attn.qkv.weight", source + ".attn.in_proj_weight"),
        new(ours + ".attn.qkv.bias", source + ".attn.in_proj_bias"),
        .. Affine(ours + ".attn.proj", source + ".attn.out_proj"),
        .. Affine(ours + ".norm2", source + ".ln_2"),
        .. Affine(ours + ".mlp.fc1", source + ".mlp.c_fc"),
        .. Affine(ours + ".mlp.fc2", source + ".mlp.c_proj"),
    ];

    private static KeyRow[] HuggingFaceClipBlock(string ours, string source) =>
    [
        .. Affine(ours + ".norm1", source + ".layer_norm1"),
        .. Fused(ours + ".attn.qkv", source + ".self_attn", "q_proj", "k_proj", "v_proj"),
        .. Affine(ours + ".attn.proj", source + ".self_attn.out_proj"),
        .. Affine(ours + ".norm2", source + ".layer_norm2"),
        .. Affine(ours + ".mlp.fc1", source + ".mlp.fc1"),
        .. Affine(ours + ".mlp.fc2", source + ".mlp.fc2"),
    ];

    private static KeyRow[] Affine(string ours, string source) => [new(ours + ".weight", source + ".weight"), new(ours + ".bias", source + ".bias")];

    private static KeyRow[] Fused(string ours, string source, string query, string key, string value) =>
    [
        .. new[] { ".weight", ".bias" }.Select(end =>
            new KeyRow(ours + end, [$"{source}.{query}{end}", $"{source}.{key}{end}", $"{source}.{value}{end}"], KeyTransform.Rows)),
    ];
}
