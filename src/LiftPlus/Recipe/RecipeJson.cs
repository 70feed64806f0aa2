using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LiftPlus.Files;
using LiftPlus.Recipe;

namespace LiftPlus;

/// <summary>
/// Reads and writes recipes as JSON: <c>{ "Peft": [ { "Type": "lora", "Rank": 8, "Layers": "last 4" } ] }</c>. Settings that are left out
/// keep their defaults or, with <c>{ "Preset": "Lift", ... }</c>, the values of that preset (<see cref="Presets"/>).
/// </summary>
public static class RecipeJson
{
    /// <summary>
    /// Creates a registry of all built-in methods, classifiers, losses, optimizers and samplers, to which you can add your own.
    /// </summary>
    public static ComponentRegistry BuiltIn()
    {
        ComponentRegistry registry = new();
        foreach (ComponentOptions options in BuiltInComponents.All)
            registry.Add(options);
        return registry;
    }

    /// <summary>Writes a recipe with all its options.</summary>
    public static string Write(FineTuningRecipe recipe) => JsonSerializer.Serialize(recipe, Options(BuiltIn()));

    /// <summary>Reads a recipe.</summary>
    /// <param name="json">The text.</param>
    /// <param name="components">What <c>Type</c> names stand for; by default the built-in components.</param>
    /// <exception cref="LiftPlusException">
    /// The text is not valid JSON, or names an unknown option or type; the message says where.
    /// </exception>
    public static FineTuningRecipe Read(string json, ComponentRegistry? components = null) =>
        Read<FineTuningRecipe>(json, "the recipe", components, allowPreset: true);

    /// <summary>Specifies what recipes may hold besides JSON, and how deep they are nested.</summary>
    internal static JsonReaderOptions Reading { get; } =
        new()
        {
            MaxDepth = 32,
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
        };

    /// <summary>Specifies the most names and values that a recipe has, with hundreds of thousands of classes or descriptions.</summary>
    internal const long MostTokens = 3_000_000;

    internal static T Read<T>(string json, string place, ComponentRegistry? components, bool allowPreset = false)
    {
        try
        {
            JsonText.Bytes(json, Reading, MostTokens);
            JsonSerializerOptions options = Options(components ?? BuiltIn());
            json = OldSpellings.Replace(json, options);
            if (allowPreset && PresetJson.Find(json, options) is FineTuningRecipe preset)
                PresetJson.StartFrom(preset, options);
            return JsonSerializer.Deserialize<T>(json, options)
                ?? throw new LiftPlusException($"{place}: the json is null; an object is needed.");
        }
        catch (JsonException e)
        {
            string at = e.LineNumber is long line ? $" (line {line + 1}, {ComponentJsonException.FullPath(e)})" : "";
            throw new LiftPlusException($"{place}{at}: {e.Message}", e);
        }
        catch (Exception e) when (IsBadContent(e))
        {
            throw new LiftPlusException($"{place}: {e.Message}", e);
        }
    }

    /// <summary>Returns whether an exception that is not about JSON is about the values in it.</summary>
    internal static bool IsBadContent(Exception e) =>
        e is NotSupportedException or ArgumentException or InvalidOperationException or FormatException or OverflowException;

    internal static JsonSerializerOptions Options(ComponentRegistry registry) =>
        new()
        {
            WriteIndented = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutComputed, AcceptSchema } },
            MaxDepth = Reading.MaxDepth,
            AllowDuplicateProperties = false,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            ReadCommentHandling = Reading.CommentHandling,
            AllowTrailingCommas = Reading.AllowTrailingCommas,
            Converters =
            {
                new JsonStringEnumConverter(allowIntegerValues: false),
                new FiniteNumberConverter(),
                new LayerSelectionConverter(),
                new AugmentationConverter(new ComponentConverter<AugmentationOptions>(registry)),
                new ComponentConverterFactory(registry),
            },
        };

    // An editor finds the schema by its name in the file.
    internal static void AcceptSchema(JsonTypeInfo type)
    {
        if (type.Type != typeof(FineTuningRecipe))
            return;
        JsonPropertyInfo schema = type.CreateJsonPropertyInfo(typeof(string), "$schema");
        schema.Set = static (_, _) => { };
        type.Properties.Add(schema);
    }

    // Only settings are written, and the name of a component. What older files hold besides is read over.
    private static void LeaveOutComputed(JsonTypeInfo type)
    {
        if (!type.Type.IsSubclassOf(typeof(ComponentOptions)))
            return;
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (property.Set is null && property.Name != nameof(ComponentOptions.Type))
                property.ShouldSerialize = static (_, _) => false;
        }
    }
}
