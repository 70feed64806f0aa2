using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LiftPlus.Recipe;

/// <summary>
/// Reads <c>"Preset"</c> in a recipe: settings that the JSON leaves out have the preset's values instead of the library's defaults.
/// </summary>
internal static class PresetJson
{
    private const string Name = "Preset";

    /// <summary>Returns the preset that a recipe names; null if it names none.</summary>
    /// <exception cref="LiftPlusException">The name is not that of a preset.</exception>
    /// <exception cref="JsonException">The text is not valid JSON.</exception>
    public static FineTuningRecipe? Find(string json, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.Parse(
            json,
            new JsonDocumentOptions
            {
                MaxDepth = options.MaxDepth,
                CommentHandling = options.ReadCommentHandling,
                AllowTrailingCommas = options.AllowTrailingCommas,
            }
        );
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(Name, out JsonElement preset))
            return null;
        return Presets.Find(preset.ValueKind == JsonValueKind.String ? preset.GetString()! : preset.GetRawText());
    }

    /// <summary>
    /// Makes deserialisation start from a preset: each group of settings starts as a copy of the preset's, on which the settings in the
    /// JSON are set.
    /// </summary>
    public static void StartFrom(FineTuningRecipe preset, JsonSerializerOptions options) =>
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver
        {
            Modifiers =
            {
                RecipeJson.AcceptSchema,
                type =>
                {
                    if (type.Type == typeof(FineTuningRecipe))
                    {
                        type.CreateObject = () => preset with { };
                        JsonPropertyInfo name = type.CreateJsonPropertyInfo(typeof(string), Name);
                        name.Set = (_, _) => { }; // read already
                        type.Properties.Add(name);
                    }
                    else if (type.Type == typeof(TrainingOptions))
                    {
                        type.CreateObject = () => preset.Training with { };
                    }
                    else if (type.Type == typeof(InferenceOptions))
                    {
                        type.CreateObject = () => preset.Inference with { };
                    }
                },
            },
        };
}
