using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Optimization;

namespace LiftPlus;

/// <summary>
/// Recipes as json: <c>{ "Peft": [ { "Type": "lora", "Rank": 8, "Layers": "last 4" } ] }</c>. What is left out keeps its default, or with
/// <c>{ "Preset": "Lift", ... }</c> the value of that preset (<see cref="Presets"/>).
/// </summary>
public static class RecipeJson
{
    /// <summary>A new registry of every built-in method, head, loss, optimiser and sampler, to which your own can be added.</summary>
    public static ComponentRegistry BuiltIn()
    {
        ComponentRegistry registry = new ComponentRegistry().AddKind<SamplerOptions>(sampler => sampler.Type);
        foreach (object options in BuiltInComponents.All)
            registry.Add(options);
        return registry;
    }

    /// <summary>Writes a recipe, every option included.</summary>
    public static string Write(FineTuningRecipe recipe) => JsonSerializer.Serialize(recipe, Options(BuiltIn()));

    /// <summary>Reads a recipe.</summary>
    /// <param name="json">The text.</param>
    /// <param name="components">What <c>Type</c> names stand for; the built-in ones by default.</param>
    /// <exception cref="LiftPlusException">The text is no json, or names an option or type that is not known; the message says where.</exception>
    public static FineTuningRecipe Read(string json, ComponentRegistry? components = null) =>
        Read<FineTuningRecipe>(json, "the recipe", components, allowPreset: true);

    internal static T Read<T>(string json, string place, ComponentRegistry? components, bool allowPreset = false)
    {
        try
        {
            JsonSerializerOptions options = Options(components ?? BuiltIn());
            if (allowPreset && PresetJson.Find(json, options) is FineTuningRecipe preset)
                PresetJson.StartFrom(preset, options);
            return JsonSerializer.Deserialize<T>(json, options)
                ?? throw new LiftPlusException($"{place}: the json is null; an object is needed.");
        }
        catch (JsonException e)
        {
            string at = e.LineNumber is long line ? $" (line {line + 1}, {e.Path})" : "";
            throw new LiftPlusException($"{place}{at}: {e.Message}", e);
        }
        catch (NotSupportedException e)
        {
            throw new LiftPlusException($"{place}: {e.Message}", e);
        }
    }

    internal static JsonSerializerOptions Options(ComponentRegistry registry) =>
        new()
        {
            WriteIndented = true,
            MaxDepth = 32,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            Converters =
            {
                new JsonStringEnumConverter(),
                new LayerSelectionConverter(),
                new ComponentConverter<PeftOptions>(registry),
                new ComponentConverter<ClassifierOptions>(registry),
                new ComponentConverter<LossOptions>(registry),
                new ComponentConverter<OptimizerOptions>(registry),
                new ComponentConverter<SamplerOptions>(registry),
            },
        };

    private sealed class LayerSelectionConverter : JsonConverter<LayerSelection>
    {
        public override LayerSelection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.StartArray)
                return LayerSelection.Of(JsonSerializer.Deserialize<ImmutableArray<int>>(ref reader, options));
            return LayerSelection.Parse(
                reader.GetString() ?? throw new JsonException("Layers is null; write \"all\", \"last 4\" or a list.")
            );
        }

        public override void Write(Utf8JsonWriter writer, LayerSelection value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    // An options record is an object whose "Type" says which; the rest are the record's own properties.
    private sealed class ComponentConverter<TBase>(ComponentRegistry registry) : JsonConverter<TBase>
        where TBase : class
    {
        public override TBase Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            string known = string.Join(", ", registry.Names(typeof(TBase)));
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("Type", out JsonElement type)
                || type.ValueKind != JsonValueKind.String
            )
                throw new JsonException($"An object with a \"Type\" is needed here; known types: {known}.");
            if (!registry.TryFind(typeof(TBase), type.GetString()!, out Type? concrete))
                throw new JsonException(
                    $"The type \"{type.GetString()}\" is not known; known types: {known}. Add your own to a ComponentRegistry."
                );
            try
            {
                return (TBase)document.Deserialize(concrete, options)!;
            }
            catch (JsonException e)
            {
                throw new JsonException($"{type.GetString()}: {e.Message}", e); // without a path: the place of the part in the whole is put in
            }
        }

        public override void Write(Utf8JsonWriter writer, TBase value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value, value.GetType(), options);
    }
}
