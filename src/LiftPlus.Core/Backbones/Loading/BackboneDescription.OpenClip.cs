using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

internal sealed partial class BackboneDescription
{
    // OpenAI's own files have no description: quick-GELU, heads 64 wide. open_clip says when that differs, and means GELU unless it says so.
    private BackboneConfig OpenClip(JsonFile? file)
    {
        VisionTransformerConfig image = _sizes.VisionTransformer();
        TextTransformerConfig text = _sizes.TextTransformer();
        int embed = _sizes.EmbedDimension();
        if ((file?.Section("model_cfg") ?? file) is JsonFile model)
        {
            JsonFile? vision = model.Section("vision_cfg");
            bool quick = model.Flag("quick_gelu") ?? false;
            Agree(model, "embed_dim", embed);
            Agree(vision, "patch_size", image.PatchSize);
            Agree(vision, "width", image.Width);
            Agree(vision, "layers", image.Depth);
            Refuse(vision, "timm_model_name");
            RefuseFlag(vision, "global_average_pool");
            RequireText(vision, "pool_type", "tok");
            image = WithImageSize(vision, image) with
            {
                Heads = vision?.Size("head_width") is int headWidth ? Math.Max(1, image.Width / headWidth) : image.Heads,
                Activation = OpenClipActivation(quick, vision),
                LayerNormEps = vision?.Section("norm_kwargs")?.Number("eps") ?? image.LayerNormEps,
            };
            text = OpenClipText(model.Section("text_cfg"), text, quick);
        }

        return Assemble(image, text, embed, OpenClipPreprocess(file, image));
    }

    private BackboneConfig OpenClipResNet(JsonFile? file)
    {
        ClipResNetConfig image = _sizes.ClipResNet();
        TextTransformerConfig text = _sizes.TextTransformer();
        int embed = _sizes.EmbedDimension();
        if ((file?.Section("model_cfg") ?? file) is JsonFile model)
        {
            JsonFile? vision = model.Section("vision_cfg");
            Agree(model, "embed_dim", embed);
            Agree(vision, "image_size", image.ImageSize);
            Agree(vision, "width", image.Width);
            Refuse(vision, "timm_model_name");
            text = OpenClipText(model.Section("text_cfg"), text, model.Flag("quick_gelu") ?? false);
        }

        return Assemble(image, text, embed, OpenClipPreprocess(file, image));
    }

    private TextTransformerConfig OpenClipText(JsonFile? words, TextTransformerConfig text, bool quick)
    {
        Agree(words, "context_length", text.ContextLength);
        Agree(words, "vocab_size", text.VocabularySize);
        Agree(words, "width", text.Width);
        Agree(words, "layers", text.Depth);
        Refuse(words, "hf_model_name");
        RefuseFlag(words, "no_causal_mask");
        RequireText(words, "pool_type", "argmax");
        return text with
        {
            Heads = words?.Size("heads") ?? 8,
            Activation = OpenClipActivation(quick, words),
            LayerNormEps = words?.Section("norm_kwargs")?.Number("eps") ?? text.LayerNormEps,
        };
    }

    private PreprocessConfig OpenClipPreprocess(JsonFile? file, ImageEncoderConfig image)
    {
        JsonFile? preprocess = file?.Section("preprocess_cfg");
        return Preprocess(
            image,
            preprocess?.Channels("mean"),
            preprocess?.Channels("std"),
            PreprocessConfig.ClipMean,
            PreprocessConfig.ClipStd
        );
    }

    private static Activation OpenClipActivation(bool quick, JsonFile? tower) =>
        quick ? Activation.QuickGelu
        : tower?.Section("act_kwargs")?.Text("approximate") == "tanh" ? Activation.GeluTanh
        : Activation.Gelu;
}
