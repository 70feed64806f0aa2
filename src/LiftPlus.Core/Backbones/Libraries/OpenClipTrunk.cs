using System.Text.Json.Nodes;
using LiftPlus.Backbones.Families;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Libraries;

/// <summary>Creates the forms of open_clip's models whose image tower is a model of timm.</summary>
internal static class OpenClipTrunk
{
    private const string Head = "head.*";
    private static readonly string s_linear = $"image {ProjectionKind.Linear}";

    /// <summary>Returns the two forms of models with a trunk: with a named text tower, and with OpenAI's names.</summary>
    public static PublishedForm[] Forms(PublishedForm trunk) => [Form(trunk, OpenClip.CustomText), Form(trunk, "")];

    private static PublishedForm Form(PublishedForm trunk, string text) =>
        new()
        {
            Naming = WeightNaming.OpenAI,
            Names = new KeyMap
            {
                Name = "open_clip with " + trunk.Names.Name,
                Marks = [.. trunk.Names.Marks.Select(mark => OpenClip.Trunk + mark), text + "token_embedding.weight"],
                Ignored = [.. trunk.Names.Ignored.Where(name => name != Head).Select(name => OpenClip.Trunk + name), .. OpenClip.Ignored],
                Rows =
                [
                    .. trunk.Names.Rows.Select(row => row with { Sources = [.. row.Sources.Select(source => OpenClip.Trunk + source)] }),
                    .. Projection(),
                    .. OpenClip.Text(text),
                ],
            },
            HasText = true,
            NeedsDescription = true,
            UsualActivation = trunk.UsualActivation,
            Suits = trunk.Suits,
            WeightFile = OpenClip.WeightFile,
            DescriptionFile = OpenClip.ConfigFile,
            Read = reader => Read(reader, trunk),
            Describe = trunk.Describe is null || text.Length == 0 ? null : config => Describe(config, trunk),
        };

    // The trunk's own classifier projects, or a layer after it.
    private static KeyRow[] Projection() =>
        [
            new("image_projection", "visual.head.proj.weight", KeyTransform.Transposed),
            new("image_projection", OpenClip.Trunk + "head.weight", KeyTransform.Transposed) { Variant = s_linear },
            new("image_projection_bias", "visual.head.proj.bias"),
            new("image_projection_bias", OpenClip.Trunk + "head.bias") { Variant = s_linear },
            .. KeyRows.Affine("image_projection_mlp.fc1", "visual.head.mlp.fc1"),
            new("image_projection_mlp.fc2.weight", "visual.head.mlp.fc2.weight"),
        ];

    private static BackboneConfig Read(DescriptionReader reader, PublishedForm trunk)
    {
        OpenClip.RefuseOtherText(reader.Sizes);
        JsonFile model = reader.File!.Section("model_cfg") ?? reader.File;
        BackboneConfig config = trunk.Read(reader);
        TextTransformerConfig text = reader.Sizes.TextTransformer();
        text = OpenClip.ReadText(reader, model.Section("text_cfg"), text, OpenClip.IsQuick(model));
        reader.Agree(model, "embed_dim", reader.Sizes.EmbedDimension());
        return reader.Join(config.Image, text, config.Preprocess);
    }

    private static Dictionary<string, JsonObject> Describe(BackboneConfig config, PublishedForm trunk)
    {
        JsonObject timm = trunk.Describe!(config)[Transformers.ConfigFile];
        JsonObject vision = new()
        {
            ["timm_model_name"] = timm["architecture"]!.DeepClone(),
            ["timm_model_pretrained"] = false,
            ["timm_pool"] = timm["global_pool"]!.DeepClone(),
            ["timm_proj"] = config.ImageProjection switch
            {
                ProjectionKind.Matrix => "linear",
                ProjectionKind.Linear => null,
                ProjectionKind.Mlp => "mlp",
                _ => "none",
            },
            ["image_size"] = config.Image.ImageSize,
            ["timm_model_kwargs"] = timm["model_args"]!.DeepClone(),
        };
        Dictionary<string, JsonObject> files = OpenClip.Describe(config, vision);
        files[OpenClip.ConfigFile]["model_cfg"]!["custom_text"] = true;
        return files;
    }
}
