using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftPlus.Recipe;

/// <summary>Reads layers from JSON as text ("all", "last 4", "0, 2, 5") or as a list of numbers, and writes them as text.</summary>
internal sealed class LayerSelectionConverter : JsonConverter<LayerSelection>
{
    public override LayerSelection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
            return LayerSelection.From(JsonSerializer.Deserialize<ImmutableArray<int>>(ref reader, options));
        return LayerSelection.Parse(reader.GetString() ?? throw new JsonException("Layers is null; write \"all\", \"last 4\" or a list."));
    }

    public override void Write(Utf8JsonWriter writer, LayerSelection value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
