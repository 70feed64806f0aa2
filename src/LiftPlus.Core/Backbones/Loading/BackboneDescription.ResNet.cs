namespace LiftPlus.Backbones.Loading;

internal sealed partial class BackboneDescription
{
    private const int DefaultImageSize = 224;

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

    private BackboneConfig TimmResNet(JsonFile? config)
    {
        JsonFile? pretrained = config?.Section("pretrained_cfg");
        RequireText(config, "global_pool", "avg");
        // Any size goes through the network, so only the description can tell: channels, height, width.
        float[] input = pretrained?.Channels("input_size") ?? [];
        int size = input is [_, float height, float width] && height == width && height is > 0 and < 1 << 20 ? (int)height
            : DefaultImageSize;
        ResNetConfig image = _sizes.ResNet(size);
        return Assemble(image, null, null, Preprocess(
            image, pretrained?.Channels("mean"), pretrained?.Channels("std"), PreprocessConfig.ImageNetMean, PreprocessConfig.ImageNetStd));
    }
}
