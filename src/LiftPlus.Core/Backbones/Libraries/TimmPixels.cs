using LiftPlus.Backbones.Loading;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Libraries;

/// <summary>Reads how timm prepares images: "pretrained_cfg" of config.json, or the same fields in the file itself (older).</summary>
internal static class TimmPixels
{
    /// <summary>The crop_mode by which both sides get the same length.</summary>
    public const string Squash = "squash";

    /// <summary>Reads both, the newer first.</summary>
    public static IEnumerable<PixelDescription> Read(DescriptionReader reader)
    {
        if (reader.Beside(Transformers.ConfigFile) is not JsonFile file)
            yield break;
        if (file.Section(Timm.PretrainedSection) is JsonFile pretrained)
            yield return Read(pretrained, $"{file.Path} ({Timm.PretrainedSection})");
        if (file.Has("architecture") || reader.Naming == WeightNaming.Timm)
            yield return Read(file, file.Path);
    }

    private static PixelDescription Read(JsonFile place, string name) =>
        new(place, name)
        {
            Mean = place.Channels("mean"),
            Std = place.Channels("std"),
            Side = Timm.ImageSize(place),
            Squash = place.Text("crop_mode") == Squash,
            Filter = PixelDescription.FilterOf(place.Text("interpolation")) ?? default,
            Otherwise = [.. Otherwise(place)],
            Settings = PixelDescription.Read(place, Timm.PretrainedSection, ["input_size", "interpolation", "crop_pct", "crop_mode"]),
        };

    private static IEnumerable<string> Otherwise(JsonFile place)
    {
        if (place.Text("interpolation") is string filter && PixelDescription.FilterOf(filter) is null)
            yield return $"interpolation '{MessageText.Shorten(filter)}'";
        if (place.Text("crop_mode") is string mode and not ("center" or Squash))
            yield return $"crop_mode '{MessageText.Shorten(mode)}'";
    }
}
