using System.Text.Json;
using System.Text.Json.Serialization;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>Writes the architecture and the preprocessing of an image tower as JSON, and reads them again.</summary>
internal static class BackboneJson
{
    private const int LargestSize = 1 << 20,
        LongestCause = 300; // it may quote the file

    private static readonly Dictionary<string, Type> s_architectures = new()
    {
        ["vision_transformer"] = typeof(VisionTransformerConfig),
        ["resnet"] = typeof(ResNetConfig),
        ["clip_resnet"] = typeof(ClipResNetConfig),
        ["convnext"] = typeof(ConvNextConfig),
    };

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, // a newer version may have written it
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        MaxDepth = 8,
    };

    /// <summary>Describes an image tower; null if its architecture is not one of LiftPlus.</summary>
    public static string? Write(BackboneConfig config) =>
        s_architectures.FirstOrDefault(entry => entry.Value == config.Image.GetType()).Key is string architecture
            ? JsonSerializer.Serialize(
                new Description
                {
                    Architecture = architecture,
                    Image = JsonSerializer.SerializeToElement(config.Image, config.Image.GetType(), s_options),
                    Preprocess = config.Preprocess,
                },
                s_options
            )
            : null;

    /// <summary>Reads an image tower; the name is left empty.</summary>
    /// <param name="path">The file that it comes from, for messages.</param>
    /// <param name="json">The description.</param>
    /// <exception cref="WeightFileException">The description is damaged, or its numbers are not those of an image tower.</exception>
    public static BackboneConfig Read(string path, string json)
    {
        try
        {
            Description description = JsonSerializer.Deserialize<Description>(json, s_options) ?? throw Wrong("it is null");
            if (!s_architectures.TryGetValue(description.Architecture, out Type? type))
                throw Wrong($"the architecture '{MessageText.Shorten(description.Architecture)}' is not known");
            var image = (ImageEncoderConfig?)description.Image.Deserialize(type, s_options) ?? throw Wrong("the image tower is null");
            Check(description.Image);
            if (image.SizeStep < 1 || image.Channels < 1 || image.ImageSize < image.SizeStep)
                throw Wrong($"images of {image.ImageSize} pixels and {image.Channels} channels in steps of {image.SizeStep} do not exist");
            if (!IsPreprocessing(description.Preprocess))
                throw Wrong("the preprocessing does not have 3 finite means and 3 deviations above 0, and a size of 1 or more");
            return new BackboneConfig
            {
                Name = "",
                Image = image,
                Preprocess = description.Preprocess,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw Wrong($"it cannot be read ({MessageText.Shorten(e.Message.Split('\n')[0].TrimEnd(), LongestCause)})", e);
        }

        void Check(JsonElement element)
        {
            foreach (JsonElement value in element.EnumerateObject().Select(property => property.Value))
            {
                if (value.ValueKind == JsonValueKind.Object)
                    Check(value);
                else if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is not (>= 0 and <= LargestSize))
                    throw Wrong($"the number {MessageText.Shorten(value.GetRawText())} is not one of an image tower");
            }
        }

        WeightFileException Wrong(string problem, Exception? cause = null) =>
            new(
                path,
                $"the description of its backbone is not one of this version of LiftPlus: {problem}. "
                    + "Fetch the file again, or use the version of LiftPlus that wrote it.",
                cause
            );
    }

    private static bool IsPreprocessing(PreprocessConfig preprocess) =>
        preprocess is { ImageSize: > 0 and <= LargestSize, Mean: { IsDefault: false, Length: 3 }, Std: { IsDefault: false, Length: 3 } }
        && preprocess.Mean.All(float.IsFinite)
        && preprocess.Std.All(value => float.IsFinite(value) && value > 0);

    private sealed record Description
    {
        public required string Architecture { get; init; }

        public required JsonElement Image { get; init; }

        public required PreprocessConfig Preprocess { get; init; }
    }
}
