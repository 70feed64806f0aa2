using LiftPlus.Backbones;

namespace LiftPlus.Weights;

internal static partial class KeyMaps
{
    /// <summary>timm's VisionTransformer, DINOv2's own files included. Its classifier is left out: a fine-tuned model gets its own.</summary>
    public static readonly KeyMap TimmViT = new()
    {
        Name = "timm VisionTransformer",
        UsualActivation = Activation.Gelu,
        Marks = ["patch_embed.proj.weight", "cls_token"],
        Ignored = ["head.*", "pre_logits.*", "mask_token"],
        Rows = [new("image.cls_token", "cls_token", KeyTransform.RankThree), .. TimmTower()],
    };

    /// <summary>timm's VisionTransformer with attention pooling; open_clip keeps the same names below <c>visual.trunk.</c></summary>
    public static readonly KeyMap TimmSiglip = new()
    {
        Name = "timm VisionTransformer with attention pooling",
        UsualActivation = Activation.Gelu,
        Marks = ["attn_pool.latent", "patch_embed.proj.weight"],
        Ignored = ["head.*"],
        Rows =
        [
            .. TimmTower(),
            new("image.attn_pool.latent", "attn_pool.latent", KeyTransform.RankThree),
            .. new[] { ".weight", ".bias" }.Select(end => new KeyRow(
                "image.attn_pool.qkv" + end,
                ["attn_pool.q" + end, "attn_pool.kv" + end],
                KeyTransform.Rows
            )
            {
                Parts = [1, 2],
            }),
            .. new[] { "proj", "norm", "mlp.fc1", "mlp.fc2" }.SelectMany(part => Affine("image.attn_pool." + part, "attn_pool." + part)),
        ],
    };

    private static KeyRow[] TimmTower() =>
        [
            .. Affine("image.patch_embed.proj", "patch_embed.proj"),
            new("image.pos_embed", "pos_embed", KeyTransform.RankThree),
            .. Affine("image.norm_pre", "norm_pre"),
            .. new[] { "norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2" }.SelectMany(part =>
                Affine("image.blocks.{n}." + part, "blocks.{n}." + part)
            ),
            .. new[] { "ls1.gamma", "ls2.gamma" }.Select(part => new KeyRow("image.blocks.{n}." + part, "blocks.{n}." + part)),
            .. Affine("image.norm", "norm"),
        ];
}
