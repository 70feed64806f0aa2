using TorchSharp;
using static TorchSharp.torch;
using LiftPlus.Backbones;

namespace LiftPlus.Layers;

/// <summary>The pointwise non-linearities of the known backbones.</summary>
internal static class ActivationFunctions
{
    private static readonly Scalar s_quickGeluSlope = TensorMath.Hold(1.702);

    /// <summary>
    /// QuickGELU x · σ(1.702 x) (OpenAI's CLIP), exact GELU x · Φ(x) (timm, open_clip), or GELU's tanh approximation (SigLIP). Any shape.
    /// </summary>
    public static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.QuickGelu => x.mul(x.mul(s_quickGeluSlope).sigmoid_()),
        Activation.Gelu => nn.functional.gelu(x),
        Activation.GeluTanh => nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, null),
    };
}
