using System.Text.Json;
using LiftPlus.Backbones.Loading;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Libraries;

/// <summary>
/// Reads how transformers prepares images: preprocessor_config.json, and since version 5 the "image_processor" of processor_config.json,
/// which the library prefers.
/// </summary>
internal static class TransformersPixels
{
    /// <summary>The file of transformers 5.</summary>
    public const string ProcessorFile = "processor_config.json";

    /// <summary>The file of earlier versions.</summary>
    public const string PreprocessorFile = "preprocessor_config.json";

    private const string Step = "do_";

    // Steps that are followed, or that do nothing to an image without labels or transparency.
    private static readonly string[] s_steps =
    [
        "do_resize",
        "do_center_crop",
        "do_rescale",
        "do_normalize",
        "do_convert_rgb",
        "do_reduce_labels",
    ];

    private static readonly Dictionary<string, string> s_filters = new()
    {
        ["0"] = "nearest",
        ["1"] = "Lanczos",
        ["2"] = "bilinear",
        ["3"] = "bicubic",
        ["4"] = "box",
        ["5"] = "Hamming",
    };

    /// <summary>Reads both files, the preferred one first.</summary>
    public static IEnumerable<PixelDescription> Read(DescriptionReader reader)
    {
        if (reader.Beside(ProcessorFile)?.Section("image_processor") is JsonFile processor)
            yield return Read(processor, $"{processor.Path} (image_processor)", "processor_config");
        if (reader.Beside(PreprocessorFile) is JsonFile preprocessor)
            yield return Read(preprocessor, preprocessor.Path, "preprocessor_config");
    }

    private static PixelDescription Read(JsonFile place, string name, string form)
    {
        bool normalizes = place.Flag("do_normalize") ?? true,
            rescales = place.Flag("do_rescale") ?? true;
        return new PixelDescription(place, name)
        {
            Mean = normalizes ? place.Channels("image_mean") : [0, 0, 0],
            Std = normalizes ? place.Channels("image_std") : [1, 1, 1],
            Factor = rescales ? place.Number("rescale_factor") ?? 1.0 / byte.MaxValue : 1,
            Side = place.Side("crop_size") ?? place.Side("size"),
            Otherwise = [.. Otherwise(place)],
            Settings = PixelDescription.Read(place, form, [.. s_steps, "size", "crop_size", "resample", "rescale_factor"]),
            Refused = [.. Refused(place, rescales)],
        };
    }

    private static IEnumerable<string> Otherwise(JsonFile place)
    {
        if (place.Flag("do_resize") == false)
            yield return "do_resize false";
        if (place.Flag("do_center_crop") == false && place.HasPart("size", "shortest_edge"))
            yield return "do_center_crop false";
        if (place.Scalar("resample") is string filter && s_filters.GetValueOrDefault(filter, filter) is not "bicubic" and string other)
            yield return $"resample {MessageText.Shorten(filter)} ({MessageText.Shorten(other)})";
    }

    private static IEnumerable<string> Refused(JsonFile place, bool rescales)
    {
        if (rescales && place.Number("rescale_factor") <= 0)
            yield return $"'rescale_factor' is {place.Scalar("rescale_factor")} in {place.Path}; it must be greater than 0.";
        foreach ((string name, JsonElement value) in place.Entries)
        {
            bool isUnknown = name.StartsWith(Step, StringComparison.Ordinal)
                ? !s_steps.Contains(name)
                : name is "rescale_offset" or "offset";
            if (isUnknown && value.ValueKind == JsonValueKind.True)
                yield return $"'{MessageText.Shorten(name)}' is true in {place.Path}; LiftPlus cannot prepare images so.";
        }
    }
}
