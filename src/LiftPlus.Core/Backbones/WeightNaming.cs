using LiftPlus.Backbones;

namespace LiftPlus;

/// <summary>Specifies the library whose names and description a backbone is written with.</summary>
public enum WeightNaming
{
    /// <summary>
    /// transformers' CLIPModel or ViTModel: model.safetensors, config.json, preprocessor_config.json. For vision transformers.
    /// </summary>
    HuggingFace,

    /// <summary>
    /// OpenAI's CLIP, which open_clip reads: open_clip_model.safetensors and open_clip_config.json. For CLIP, ResNets included.
    /// </summary>
    OpenAI,

    /// <summary>
    /// timm's VisionTransformer or ResNet: model.safetensors and config.json. Of CLIP only the image tower is written, without its
    /// projection.
    /// </summary>
    Timm,
}
