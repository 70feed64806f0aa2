using System.Collections.Immutable;
using LiftPlus.Backbones.Loading;
using LiftPlus.Messages;
using LiftPlus.Weights;
using LiftPlus.Weights.Onnx;

namespace LiftPlus.Backbones.Families;

/// <summary>Lists the families that are supported, and finds the one that a file or an architecture belongs to.</summary>
internal static class BackboneFamilies
{
    /// <summary>Gets the families in the order in which they are tried; one comes after those that have all its marks and more.</summary>
    public static ImmutableArray<BackboneFamily> All { get; } =
    [
        new PerceptionEncoderFamily(),
        new ClipFamily(),
        new ClipResNetFamily(),
        new SiglipFamily(),
        new Dinov3Family(),
        new BeitFamily(),
        new EvaFamily(),
        new Dinov2Family(),
        new ViTFamily(),
        new ResNetFamily(),
        new ConvNextFamily(),
    ];

    /// <summary>Gets the forms of all families.</summary>
    public static IEnumerable<PublishedForm> Forms => All.SelectMany(family => family.Forms);

    /// <summary>Gets the family of an architecture; null if it is an unknown one.</summary>
    public static BackboneFamily? Find(BackboneConfig config) => All.FirstOrDefault(family => family.Has(config));

    /// <summary>
    /// Finds the network of a file that is read. Where a checkpoint holds it under a prefix ("state_dict.", "module."), its source is the
    /// part below it.
    /// </summary>
    /// <param name="source">The file.</param>
    /// <param name="network">The name of the network in a file of several; null to choose by rule.</param>
    /// <exception cref="LiftPlusException">The file has none of the known forms, or it is not clear which network is meant.</exception>
    public static FoundNetwork Recognize(WeightSource source, string? network = null)
    {
        if (source is OnnxSource onnx)
            return OnnxForm.Of(onnx, network);
        if (NetworkChoice.Find(source, Forms, network) is FoundNetwork found)
            return found;
        IEnumerable<string> known = Forms
            .GroupBy(form => form.Names.Name)
            .Select(forms => $"{forms.Key} ({string.Join(", ", forms.MinBy(form => form.Names.Marks.Length)!.Names.Marks)})");
        throw new WeightFileException(
            source.Path,
            $"its {source.Tensors.Count} tensors ({MessageText.First(source.Tensors.Keys, 5)}) have none of the known names: "
                + $"{string.Join("; ", known)}. Check that this is a backbone's weight file."
        );
    }
}
