using System.Collections.Immutable;

namespace LiftPlus.Weights;

/// <summary>The namings of weight files that are understood.</summary>
internal static partial class KeyMaps
{
    /// <summary>OpenAI's CLIP with a vision transformer; open_clip uses the same names.</summary>
    public static readonly KeyMap OpenAIClip = new()
    {
        Name = "OpenAI CLIP",
        UsualActivation = Activation.QuickGelu,
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

    /// <summary>All namings, in the order in which they are tried.</summary>
    public static ImmutableArray<KeyMap> All =>
        [
            OpenAIClip,
            OpenAIClipResNet,
            HuggingFaceClip,
            HuggingFaceClipVision,
            HuggingFaceSiglip,
            TimmViT,
            TimmSiglip,
            TimmResNet,
            HuggingFaceDinov2,
            HuggingFaceViTForImageClassification,
            HuggingFaceViTModel,
        ];

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
            string? prefix = source
                .Tensors.Keys.Where(name => name.EndsWith(mark, StringComparison.Ordinal))
                .Select(name => name[..^mark.Length])
                .Where(start =>
                    (start.Length == 0 || start[^1] == '.') && map.Marks.All(other => source.Tensors.ContainsKey(start + other))
                )
                .MinBy(start => start.Length);
            if (prefix is not null)
                return (map, prefix.Length == 0 ? source : new PrefixedSource(source, prefix));
        }

        throw new WeightFileException(
            source.Path,
            $"its {source.Tensors.Count} tensors ({string.Join(", ", source.Tensors.Keys.Take(5))}"
                + $"{(source.Tensors.Count > 5 ? ", ..." : "")}) follow none of the namings understood: "
                + $"{string.Join("; ", All.Select(map => $"{map.Name} ({string.Join(", ", map.Marks)})"))}. Check that this is a backbone's weight file."
        );
    }

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

    private static KeyRow[] Affine(string ours, string source) =>
        [new(ours + ".weight", source + ".weight"), new(ours + ".bias", source + ".bias")];

    private static KeyRow[] Fused(string ours, string source, string query, string key, string value) =>
        [
            .. new[] { ".weight", ".bias" }.Select(end => new KeyRow(
                ours + end,
                [$"{source}.{query}{end}", $"{source}.{key}{end}", $"{source}.{value}{end}"],
                KeyTransform.Rows
            )),
        ];
}
