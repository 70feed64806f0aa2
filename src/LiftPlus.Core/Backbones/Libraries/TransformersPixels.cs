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

    // The classes that resize both sides and have no crop.
    private static readonly string[] s_squashing =
    [
        "ViTImageProcessor",
        "ViTFeatureExtractor",
        "SiglipImageProcessor",
        "DINOv3ViTImageProcessor",
    ];

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
            Squash = Squashes(place),
            Filter = PixelDescription.FilterOf(FilterOf(place)) ?? default,
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
        if (HasSquareSize(place) && !Squashes(place))
            yield return $"size {place.Side("size")} x {place.Side("size")} before the crop";
        if (FilterOf(place) is string filter && PixelDescription.FilterOf(filter) is null)
            yield return $"resample {MessageText.Shorten(place.Scalar("resample")!)} ({MessageText.Shorten(filter)})";
    }

    private static string? FilterOf(JsonFile place) =>
        place.Scalar("resample") is string filter ? s_filters.GetValueOrDefault(filter, filter) : null;

    // A crop as large as the image that it is taken from changes nothing.
    private static bool Squashes(JsonFile place) =>
        NeverCrops(place) ? !place.HasPart("size", "shortest_edge")
        : HasSquareSize(place) ? place.Flag("do_center_crop") != true || place.Side("crop_size") == place.Side("size")
        : place.Flag("do_center_crop") == false && !place.HasPart("size", "shortest_edge") && place.Side("size") is not null;

    private static bool HasSquareSize(JsonFile place) => place.HasPart("size", "height");

    private static bool NeverCrops(JsonFile place) =>
        (place.Scalar("image_processor_type") ?? place.Scalar("feature_extractor_type")) is string type
        && s_squashing.Any(name => type.StartsWith(name, StringComparison.Ordinal));

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
