using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LiftPlus.Recipe;

/// <summary>
/// Reads augmentations by their <c>Type</c>, and the form of version 0.1, <c>{ "Kind": "Classic", "Schedule": "Convex" }</c>, which saved
/// recipes may still have.
/// </summary>
internal sealed class AugmentationConverter(JsonConverter<AugmentationOptions> current) : JsonConverter<AugmentationOptions>
{
    private const string TypeName = "Type",
        Kind = "Kind",
        Schedule = "Schedule",
        Minimalist = "minimalist";

    public override AugmentationOptions? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonNode? json = JsonNode.Parse(ref reader);
        if (
            json is JsonObject settings
            && !settings.ContainsKey(TypeName)
            && (settings.ContainsKey(Kind) || settings.ContainsKey(Schedule))
        )
            Upgrade(settings);
        var text = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(json));
        text.Read();
        return current.Read(ref text, typeToConvert, options);
    }

    public override void Write(Utf8JsonWriter writer, AugmentationOptions value, JsonSerializerOptions options) =>
        current.Write(writer, value, options);

    private static void Upgrade(JsonObject settings)
    {
        string type = settings[Kind]?.ToString().ToLowerInvariant() ?? Minimalist;
        settings.Remove(Kind);
        if (type != Minimalist)
            settings.Remove(Schedule); // the other kinds ignored it
        settings.Insert(0, TypeName, type);
    }
}
