using LiftPlus.Backbones.Families;
using LiftPlus.Weights;
using LiftPlus.Weights.Onnx;

namespace LiftPlus.Backbones.Loading;

/// <summary>Creates the form of a backbone in an ONNX file of LiftPlus: its own names, described in the file itself.</summary>
internal static class OnnxForm
{
    /// <summary>Gets the network of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="network">The name of the network that is asked for; null for the one that is there.</param>
    /// <exception cref="LiftPlusException">A network is named.</exception>
    public static FoundNetwork Of(OnnxSource source, string? network)
    {
        if (network is not null)
            throw new LiftPlusException(
                $"{source.Path} is an ONNX file, which holds one network without a name. "
                    + $"Leave {nameof(BackboneLoadOptions)}.{nameof(BackboneLoadOptions.Network)} unset."
            );
        var form = new PublishedForm
        {
            Naming = WeightNaming.Timm,
            Names = new KeyMap { Name = "LiftPlus ONNX", Ignored = ["image_projection*"] }, // the joint space needs the text tower too
            DescribesItself = true,
            Read = reader =>
            {
                BackboneConfig config = BackboneJson.Read(source.Path, source.Description);
                reader.UsualActivation = config.Image.MlpActivation;
                return config;
            },
        };
        return new FoundNetwork(form, source);
    }
}
