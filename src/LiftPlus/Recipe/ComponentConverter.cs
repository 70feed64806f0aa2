using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftPlus.Recipe;

/// <summary>Reads and writes the options records of one kind as objects whose <c>Type</c> names the record.</summary>
/// <param name="registry">The records that names stand for.</param>
internal sealed class ComponentConverter<TKind>(ComponentRegistry registry) : JsonConverter<TKind>
    where TKind : ComponentOptions
{
    public override TKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        string known = string.Join(", ", registry.Names(typeof(TKind)));
        if (
            document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("Type", out JsonElement type)
            || type.ValueKind != JsonValueKind.String
        )
            throw new JsonException($"An object with a \"Type\" is needed here; known types: {known}.");
        string name = type.GetString()!;
        if (!registry.TryFind(typeof(TKind), name, out Type? concrete))
        {
            throw new JsonException($"The type \"{name}\" is not known; known types: {known}. Add your own to a ComponentRegistry.");
        }

        try
        {
            return (TKind)document.Deserialize(concrete, options)!;
        }
        catch (JsonException e)
        {
            throw new ComponentJsonException($"{name}: {e.Message.Split(" Path: ")[0]}", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, TKind value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, value.GetType(), options);
}
