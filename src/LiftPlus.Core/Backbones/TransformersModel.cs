using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones;

/// <summary>
/// The model that Hugging Face's transformers library makes of a backbone, and what it calls the linear layers of the blocks: what files that
/// refer to such a model are written in.
/// </summary>
public sealed class TransformersModel
{
    private readonly KeyMap _names;

    private TransformersModel(KeyMap names, string className, string family) => (_names, ClassName, Family) = (names, className, family);

    /// <summary>The class, such as "CLIPModel" or "ViTModel".</summary>
    public string ClassName { get; }

    /// <summary>The family, after which its module in the library is named: "clip", "vit", "dinov2" or "siglip".</summary>
    public string Family { get; }

    /// <summary>
    /// Whether transformers also has the model with a linear classifier on the same feature: <c>ViTForImageClassification</c>. Those of CLIP, DINOv2
    /// and SigLIP look at means over patches.
    /// </summary>
    public bool HasClassifier => Family == "vit";

    /// <summary>The model of a backbone.</summary>
    /// <exception cref="LiftPlusException">There is none: ResNets.</exception>
    public static TransformersModel Of(BackboneConfig backbone)
    {
        BackboneForm form = BackboneFolder.Form(backbone, WeightNaming.HuggingFace);
        var config = form.Descriptions["config.json"];
        return new TransformersModel(
            form.Form.Names,
            config["architectures"]![0]!.GetValue<string>(),
            config["model_type"]!.GetValue<string>().Replace("_vision_model", "")
        );
    }

    /// <summary>The module of one linear layer, such as "vision_model.encoder.layers.0.self_attn.q_proj"; null where it is no module of its own.</summary>
    /// <param name="tower">The encoder.</param>
    /// <param name="block">The block's number, 0-based.</param>
    /// <param name="site">One of Query, Key, Value, AttentionOutput, Fc1 and Fc2.</param>
    public string? LinearName(Tower tower, int block, AdapterSites site)
    {
        const string weight = ".weight";
        (string Part, int Source)? place = site switch
        {
            AdapterSites.Query => ("attn.qkv", 0),
            AdapterSites.Key => ("attn.qkv", 1),
            AdapterSites.Value => ("attn.qkv", 2),
            AdapterSites.AttentionOutput => ("attn.proj", 0),
            AdapterSites.Fc1 => ("mlp.fc1", 0),
            AdapterSites.Fc2 => ("mlp.fc2", 0),
            _ => null,
        };
        KeyRow? row = place is null
            ? null
            : _names.Find($"{(tower == Tower.Image ? "image" : "text")}.blocks.{{n}}.{place.Value.Part}{weight}");
        return row is null || (place!.Value.Part == "attn.qkv" && row.Transform != KeyTransform.Rows)
            ? null
            : row.At(block).Sources[place.Value.Source][..^weight.Length];
    }
}
