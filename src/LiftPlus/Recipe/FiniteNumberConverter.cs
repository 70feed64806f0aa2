using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LiftPlus.Recipe;

/// <summary>Refuses numbers such as 1e400, which would be read as infinity and could not be written again.</summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        bool isText = // as configuration has numbers
            reader.TokenType == JsonTokenType.String && options.NumberHandling.HasFlag(JsonNumberHandling.AllowReadingFromString);
        if (!isText || !double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            number = JsonMetadataServices.DoubleConverter.Read(ref reader, typeToConvert, options);
        return double.IsFinite(number)
            ? number
            : throw new JsonException($"The number is not finite; the largest one is {double.MaxValue}.");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
