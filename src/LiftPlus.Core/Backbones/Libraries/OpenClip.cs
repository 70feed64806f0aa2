using System.Text.Json.Nodes;
using LiftPlus.Backbones.Loading;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Libraries;

/// <summary>
/// Holds what the families have in common in open_clip: OpenAI's names, and the fields of open_clip_config.json. OpenAI's own files have
/// no description: quick-GELU, heads 64 wide. open_clip says where that differs, and means GELU unless it says so.
/// </summary>
internal static class OpenClip
{
    /// <summary>The file with the architecture and the preprocessing.</summary>
    public const string ConfigFile = "open_clip_config.json";

    /// <summary>The file with the weights.</summary>
    public const string WeightFile = "open_clip_model.safetensors";

    /// <summary>What the names of an image tower begin with that is a timm model.</summary>
    public const string Trunk = "visual.trunk.";

    /// <summary>What the names of the text tower begin with in a CustomTextCLIP.</summary>
    public const string CustomText = "text.";

    private static readonly (string Name, TextPooling Pooling)[] s_pools =
    [
        ("argmax", TextPooling.End),
        ("last", TextPooling.Last),
        ("first", TextPooling.First),
    ];

    private const string EndPooling = "eos";
    private const int DefaultTextHeads = 8,
        DefaultEndToken = 2;
    private const double DefaultEps = 1e-5;

    /// <summary>Gets the entries of OpenAI's archives that are not weights.</summary>
    public static string[] Ignored => ["input_resolution", "context_length", "vocab_size", "attn_mask"];

    /// <summary>Creates the rows of the image tower with OpenAI's names.</summary>
    public static KeyRow[] Tower() =>
        [
            new("image.patch_embed.proj.weight", "visual.conv1.weight"),
            new("image.cls_token", "visual.class_embedding"),
            new("image.pos_embed", "visual.positional_embedding"),
            .. KeyRows.Affine("image.norm_pre", "visual.ln_pre"),
            .. Block("image.blocks.{n}", "visual.transformer.resblocks.{n}"),
            .. KeyRows.Affine("image.norm", "visual.ln_post"),
            new("image_projection", "visual.proj"),
        ];

    /// <summary>Creates the rows of the text tower and of what joins it to the image tower.</summary>
    /// <param name="prefix">What the names of the text tower begin with.</param>
    public static KeyRow[] Text(string prefix = "") =>
        [
            new("text.token_embedding", prefix + "token_embedding.weight"),
            new("text.pos_embed", prefix + "positional_embedding"),
            .. Block("text.blocks.{n}", prefix + "transformer.resblocks.{n}"),
            .. KeyRows.Affine("text.norm", prefix + "ln_final"),
            new("text_projection", prefix + "text_projection"),
            new("text_projection", prefix + "text_projection.weight", KeyTransform.Transposed)
            {
                Variant = $"text {ProjectionKind.Linear}",
            },
            new("text_projection_bias", prefix + "text_projection.bias"),
            new("logit_scale", "logit_scale"),
            new("logit_bias", "logit_bias"),
        ];

    /// <summary>Creates the rows of a transformer block.</summary>
    public static KeyRow[] Block(string ours, string source) =>
        [
            .. KeyRows.Affine(ours + ".norm1", source + ".ln_1"),
            new(ours + ".attn.qkv.weight", source + ".attn.in_proj_weight"),
            new(ours + ".attn.qkv.bias", source + ".attn.in_proj_bias"),
            .. KeyRows.Affine(ours + ".attn.proj", source + ".attn.out_proj"),
            .. KeyRows.Affine(ours + ".norm2", source + ".ln_2"),
            .. KeyRows.Affine(ours + ".mlp.fc1", source + ".mlp.c_fc"),
            .. KeyRows.Affine(ours + ".mlp.fc2", source + ".mlp.c_proj"),
        ];

    /// <summary>Reads a backbone of two towers.</summary>
    /// <param name="reader">What there is to read.</param>
    /// <param name="image">The image tower by its tensors.</param>
    /// <param name="refine">Completes the image tower by "model_cfg" and its "vision_cfg".</param>
    public static BackboneConfig Read<TImage>(DescriptionReader reader, TImage image, Func<JsonFile, JsonFile?, TImage> refine)
        where TImage : ImageEncoderConfig
    {
        RefuseOtherText(reader.Sizes);
        TextTransformerConfig text = reader.Sizes.TextTransformer();
        if ((reader.File?.Section("model_cfg") ?? reader.File) is JsonFile model)
        {
            JsonFile? vision = model.Section("vision_cfg");
            reader.Agree(model, "embed_dim", reader.Sizes.EmbedDimension());
            reader.Refuse(vision, "timm_model_name");
            image = refine(model, vision);
            text = ReadText(reader, model.Section("text_cfg"), text, IsQuick(model));
        }

        return reader.Join(image, text, reader.Preprocess(image, PreprocessConfig.Clip));
    }

    /// <summary>Refuses the text tower of a CustomTextCLIP that is a model of transformers, or has an extra token (CoCa).</summary>
    public static void RefuseOtherText(TensorSizes sizes)
    {
        string? other = sizes.FindName(CustomText + "cls_emb")
            ?? (sizes.FindName(CustomText + "token_embedding.") is null ? sizes.FindName(CustomText) : null);
        if (other is not null)
        {
            throw new LiftPlusException(
                $"{sizes.Path}: the tensor '{MessageText.Shorten(other)}' belongs to a text tower of open_clip (CustomTextCLIP) that is "
                    + "not supported. Only open_clip's own text transformers are. Use other weights, or an image "
                    + "tower alone."
            );
        }
    }

    /// <summary>Gets whether both towers have quick-GELU.</summary>
    public static bool IsQuick(JsonFile model) => model.Flag("quick_gelu") ?? false;

    /// <summary>Reads the activation of a tower.</summary>
    public static Activation ReadActivation(bool quick, JsonFile? tower) =>
        quick ? Activation.QuickGelu
        : tower?.Section("act_kwargs")?.Text("approximate") == "tanh" ? Activation.GeluTanh
        : Activation.Gelu;

    /// <summary>Reads the epsilon of a tower; null if the description does not give it.</summary>
    public static double? ReadEps(JsonFile? tower) => tower?.Section("norm_kwargs")?.Number("eps");

    /// <summary>Describes a backbone of two towers.</summary>
    public static Dictionary<string, JsonObject> Describe(BackboneConfig config, JsonObject vision)
    {
        TextTransformerConfig text = config.Text!;
        JsonObject words = new()
        {
            ["no_causal_mask"] = !text.IsCausal,
            ["proj_bias"] = config.TextProjection == ProjectionKind.Linear,
            ["context_length"] = text.ContextLength,
            ["vocab_size"] = text.VocabularySize,
            ["width"] = text.Width,
            ["heads"] = text.Heads,
            ["layers"] = text.Depth,
            ["mlp_ratio"] = (double)text.HiddenSize / text.Width,
        };
        Refine(words, text.Activation, text.LayerNormEps);
        words["pool_type"] = text.EndToken is null ? Array.Find(s_pools, row => row.Pooling == text.Pooling).Name : EndPooling;
        if (text.EndToken is int end)
            words["eos_id"] = end;
        JsonObject model = new()
        {
            ["embed_dim"] = config.EmbedDimension,
            ["quick_gelu"] = text.Activation == Activation.QuickGelu,
            ["vision_cfg"] = vision,
            ["text_cfg"] = words,
        };
        JsonObject preprocess = new()
        {
            ["size"] = config.Preprocess.ImageSize,
            ["interpolation"] = PixelDescription.NameOf(config.Preprocess.Filter),
            ["resize_mode"] = config.Preprocess.Squash ? OpenClipPixels.Squash : "shortest",
            ["mean"] = JsonNumbers.From(config.Preprocess.Mean),
            ["std"] = JsonNumbers.From(config.Preprocess.Std),
        };
        return new()
        {
            [ConfigFile] = new JsonObject { ["model_cfg"] = model, ["preprocess_cfg"] = preprocess },
        };
    }

    /// <summary>Adds to a tower's description what is not the default.</summary>
    public static void Refine(JsonObject tower, Activation activation, double eps)
    {
        if (activation == Activation.GeluTanh)
            tower["act_kwargs"] = new JsonObject { ["approximate"] = "tanh" };
        if (eps != DefaultEps)
            tower["norm_kwargs"] = new JsonObject { ["eps"] = eps };
    }

    /// <summary>Reads the text tower.</summary>
    /// <param name="reader">What there is to read.</param>
    /// <param name="words">The "text_cfg"; null if there is none.</param>
    /// <param name="text">The text tower by its tensors.</param>
    /// <param name="quick">Whether both towers have quick-GELU.</param>
    public static TextTransformerConfig ReadText(DescriptionReader reader, JsonFile? words, TextTransformerConfig text, bool quick)
    {
        reader.Agree(words, "context_length", text.ContextLength);
        reader.Agree(words, "vocab_size", text.VocabularySize);
        reader.Agree(words, "width", text.Width);
        reader.Agree(words, "layers", text.Depth);
        reader.Refuse(words, "hf_model_name");
        string pool = words?.Text("pool_type") ?? s_pools[0].Name;
        bool endsById = pool == EndPooling;
        if (!endsById)
            reader.RequireOneOf(words, "pool_type", [.. s_pools.Select(row => row.Name), EndPooling]);
        return text with
        {
            EndToken = endsById ? words!.Size("eos_id") ?? DefaultEndToken : null,
            Pooling = endsById ? TextPooling.End : Array.Find(s_pools, row => row.Name == pool).Pooling,
            IsCausal = words?.Flag("no_causal_mask") != true,
            Heads = words?.Size("heads") ?? DefaultTextHeads,
            Activation = ReadActivation(quick, words),
            LayerNormEps = ReadEps(words) ?? text.LayerNormEps,
        };
    }
}
