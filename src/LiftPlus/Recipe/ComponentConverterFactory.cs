using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftPlus.Recipe;

/// <summary>Creates the converter of each kind of options records.</summary>
/// <param name="registry">The records that names stand for.</param>
internal sealed class ComponentConverterFactory(ComponentRegistry registry) : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => ComponentRegistry.IsKind(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(ComponentConverter<>).MakeGenericType(typeToConvert), registry)!;
}
