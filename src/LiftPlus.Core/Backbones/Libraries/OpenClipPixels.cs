using LiftPlus.Backbones.Loading;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Libraries;

/// <summary>Reads how open_clip prepares images: "preprocess_cfg" of open_clip_config.json.</summary>
internal static class OpenClipPixels
{
    /// <summary>The resize_mode by which both sides get the same length.</summary>
    public const string Squash = "squash";

    /// <summary>Reads the description, if there is one.</summary>
    public static IEnumerable<PixelDescription> Read(DescriptionReader reader)
    {
        if (reader.Beside(OpenClip.ConfigFile)?.Section("preprocess_cfg") is not JsonFile place)
            yield break;
        yield return new PixelDescription(place, $"{place.Path} (preprocess_cfg)")
        {
            Mean = place.Channels("mean"),
            Std = place.Channels("std"),
            Squash = place.Text("resize_mode") == Squash,
            Filter = PixelDescription.FilterOf(place.Text("interpolation")) ?? default,
            Otherwise = [.. Otherwise(place)],
            Settings = PixelDescription.Read(place, "preprocess_cfg", ["size", "mode", "interpolation", "resize_mode"]),
            Refused = place.Text("mode") is string mode and not "RGB"
                ? [$"'mode' is '{MessageText.Shorten(mode)}' in {place.Path}; only 'RGB' is supported."]
                : [],
        };
    }

    private static IEnumerable<string> Otherwise(JsonFile place)
    {
        if (place.Text("interpolation") is string filter && PixelDescription.FilterOf(filter) is null)
            yield return $"interpolation '{MessageText.Shorten(filter)}'";
        if (place.Text("resize_mode") is string mode and not ("shortest" or Squash))
            yield return $"resize_mode '{MessageText.Shorten(mode)}'";
    }
}
