using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LiftPlus.Recipe;

/// <summary>Reads <c>"Preset"</c> in a recipe: what the json leaves out has the preset's value instead of the library's default.</summary>
internal static class PresetJson
{
    private const string Name = "Preset";

    /// <summary>The preset that a recipe names; null if it names none.</summary>
    /// <exception cref="LiftPlusException">It is not a preset's name.</exception>
    /// <exception cref="JsonException">The text is no json.</exception>
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
    /// Lets options start from a preset: each group of settings is made as the preset's copy, and what the json holds is set on it.
    /// </summary>
    public static void StartFrom(FineTuningRecipe preset, JsonSerializerOptions options) =>
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver
        {
            Modifiers =
            {
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
