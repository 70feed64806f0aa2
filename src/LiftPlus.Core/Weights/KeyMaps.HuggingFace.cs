using System.Collections.Immutable;

namespace LiftPlus.Weights;

// transformers' names.
internal static partial class KeyMaps
{
    /// <summary>CLIPModel.</summary>
    public static readonly KeyMap HuggingFaceClip = new()
    {
        Name = "Hugging Face CLIPModel",
        UsualActivation = Activation.QuickGelu,
        Marks = ["vision_model.embeddings.class_embedding", "text_model.embeddings.token_embedding.weight"],
        Ignored = ["*.embeddings.position_ids"],
        Rows =
        [
            .. HuggingFaceClipTower(),
            new("image_projection", "visual_projection.weight", KeyTransform.Transposed),
            new("text.token_embedding", "text_model.embeddings.token_embedding.weight"),
            new("text.pos_embed", "text_model.embeddings.position_embedding.weight"),
            .. HuggingFaceClipBlock("text.blocks.{n}", "text_model.encoder.layers.{n}"),
            .. Affine("text.norm", "text_model.final_layer_norm"),
            new("text_projection", "text_projection.weight", KeyTransform.Transposed),
            new("logit_scale", "logit_scale"),
        ],
    };

    /// <summary>CLIPVisionModel: the image tower alone.</summary>
    public static readonly KeyMap HuggingFaceClipVision = new()
    {
        Name = "Hugging Face CLIPVisionModel",
        UsualActivation = Activation.QuickGelu,
        Marks = ["vision_model.embeddings.class_embedding"],
        Ignored = ["*.embeddings.position_ids", "visual_projection.weight"],
        Rows = HuggingFaceClipTower(),
    };

    /// <summary>SiglipVisionModel; of a SiglipModel the text tower is left out.</summary>
    public static readonly KeyMap HuggingFaceSiglip = new()
    {
        Name = "Hugging Face SiglipVisionModel",
        UsualActivation = Activation.GeluTanh,
        Marks = ["vision_model.head.probe", "vision_model.embeddings.patch_embedding.weight"],
        Ignored = ["*.embeddings.position_ids", "text_model.*", "logit_scale", "logit_bias"],
        Rows =
        [
            .. Affine("image.patch_embed.proj", "vision_model.embeddings.patch_embedding"),
            new("image.pos_embed", "vision_model.embeddings.position_embedding.weight"),
            .. HuggingFaceClipBlock("image.blocks.{n}", "vision_model.encoder.layers.{n}"),
            .. Affine("image.norm", "vision_model.post_layernorm"),
            new("image.attn_pool.latent", "vision_model.head.probe", KeyTransform.RankThree),
            new("image.attn_pool.qkv.weight", "vision_model.head.attention.in_proj_weight"),
            new("image.attn_pool.qkv.bias", "vision_model.head.attention.in_proj_bias"),
            .. Affine("image.attn_pool.proj", "vision_model.head.attention.out_proj"),
            .. Affine("image.attn_pool.norm", "vision_model.head.layernorm"),
            .. Affine("image.attn_pool.mlp.fc1", "vision_model.head.mlp.fc1"),
            .. Affine("image.attn_pool.mlp.fc2", "vision_model.head.mlp.fc2"),
        ],
    };

    /// <summary>Dinov2Model.</summary>
    public static readonly KeyMap HuggingFaceDinov2 = new()
    {
        Name = "Hugging Face Dinov2Model",
        UsualActivation = Activation.Gelu,
        Marks = ["embeddings.cls_token", "encoder.layer.0.layer_scale1.lambda1"],
        Ignored = ["embeddings.mask_token", "classifier.*"],
        Rows =
        [
            .. HuggingFaceViTTower("", "norm1", "norm2", "mlp.fc1", "mlp.fc2"),
            new("image.blocks.{n}.ls1.gamma", "encoder.layer.{n}.layer_scale1.lambda1"),
            new("image.blocks.{n}.ls2.gamma", "encoder.layer.{n}.layer_scale2.lambda1"),
        ],
    };

    /// <summary>ViTForImageClassification, without its classifier.</summary>
    public static readonly KeyMap HuggingFaceViTForImageClassification = HuggingFaceViT("ViTForImageClassification", "vit.");

    /// <summary>ViTModel.</summary>
    public static readonly KeyMap HuggingFaceViTModel = HuggingFaceViT("ViTModel", "");

    private static KeyMap HuggingFaceViT(string model, string prefix) =>
        new()
        {
            Name = "Hugging Face " + model,
            UsualActivation = Activation.Gelu,
            Marks = [prefix + "embeddings.cls_token", prefix + "embeddings.patch_embeddings.projection.weight"],
            Ignored = ["classifier.*", prefix + "pooler.*"],
            Rows = HuggingFaceViTTower(prefix, "layernorm_before", "layernorm_after", "intermediate.dense", "output.dense"),
        };

    private static ImmutableArray<KeyRow> HuggingFaceViTTower(string prefix, string norm1, string norm2, string fc1, string fc2) =>
        [
            .. Affine("image.patch_embed.proj", prefix + "embeddings.patch_embeddings.projection"),
            new("image.cls_token", prefix + "embeddings.cls_token", KeyTransform.RankThree),
            new("image.pos_embed", prefix + "embeddings.position_embeddings", KeyTransform.RankThree),
            .. Affine("image.blocks.{n}.norm1", $"{prefix}encoder.layer.{{n}}.{norm1}"),
            .. Fused("image.blocks.{n}.attn.qkv", prefix + "encoder.layer.{n}.attention.attention", "query", "key", "value"),
            .. Affine("image.blocks.{n}.attn.proj", prefix + "encoder.layer.{n}.attention.output.dense"),
            .. Affine("image.blocks.{n}.norm2", $"{prefix}encoder.layer.{{n}}.{norm2}"),
            .. Affine("image.blocks.{n}.mlp.fc1", $"{prefix}encoder.layer.{{n}}.{fc1}"),
            .. Affine("image.blocks.{n}.mlp.fc2", $"{prefix}encoder.layer.{{n}}.{fc2}"),
            .. Affine("image.norm", prefix + "layernorm"),
        ];

    private static ImmutableArray<KeyRow> HuggingFaceClipTower() =>
        [
            new("image.patch_embed.proj.weight", "vision_model.embeddings.patch_embedding.weight"),
            new("image.cls_token", "vision_model.embeddings.class_embedding"),
            new("image.pos_embed", "vision_model.embeddings.position_embedding.weight"),
            .. Affine("image.norm_pre", "vision_model.pre_layrnorm"), // transformers' own spelling
            .. HuggingFaceClipBlock("image.blocks.{n}", "vision_model.encoder.layers.{n}"),
            .. Affine("image.norm", "vision_model.post_layernorm"),
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
}
