using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones;

/// <summary>
/// Represents a backbone as a model of Hugging Face's transformers library, with its names of the blocks' linear layers. Files that refer
/// to such a model use these names.
/// </summary>
internal sealed class TransformersModel
{
    private readonly KeyMap _names;

    private TransformersModel(KeyMap names, string className, string family) => (_names, ClassName, Family) = (names, className, family);

    /// <summary>Gets the name of the class, such as "CLIPModel" or "ViTModel".</summary>
    public string ClassName { get; }

    /// <summary>Gets the library's name of the family: "clip", "vit", "dinov2" or "siglip".</summary>
    public string Family { get; }

    /// <summary>
    /// Gets whether transformers also has the model with a linear classifier on the same feature (<c>ViTForImageClassification</c>). Those
    /// of CLIP, DINOv2 and SigLIP use means over patches.
    /// </summary>
    public bool HasClassifier => Family == "vit";

    /// <summary>Gets the model of a backbone.</summary>
    /// <exception cref="LiftPlusException">The library has no such model, as for ResNets.</exception>
    public static TransformersModel From(BackboneConfig backbone)
    {
        BackboneForm form = BackboneFolder.Form(backbone, WeightNaming.HuggingFace);
        var config = form.Descriptions["config.json"];
        return new TransformersModel(
            form.Names,
            config["architectures"]![0]!.GetValue<string>(),
            config["model_type"]!.GetValue<string>().Replace("_vision_model", "")
        );
    }

    /// <summary>
    /// Gets the module of one linear layer, such as "vision_model.encoder.layers.0.self_attn.q_proj"; null if the layer is not a separate
    /// module.
    /// </summary>
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
        bool isSplit = row?.Transform == KeyTransform.Rows;
        return row is null || isSplit != (place!.Value.Part == "attn.qkv")
            ? null
            : row.At(block).Sources[place.Value.Source][..^weight.Length];
    }
}
