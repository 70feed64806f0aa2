using System.Text.Json;

namespace LiftPlus.Cli.Inputs;

/// <summary>Reads a recipe from a file, or from the <c>recipe.json</c> of a model folder.</summary>
internal static class RecipeFile
{
    private static readonly JsonDocumentOptions s_options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Reads the recipe.</summary>
    /// <exception cref="LiftPlusException">The file holds no recipe; the message says where it is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FineTuningRecipe Read(string file)
    {
        string json = File.ReadAllText(file);
        try
        {
            return RecipeJson.Read(OfModel(json) ?? json);
        }
        catch (LiftPlusException e)
        {
            throw new LiftPlusException($"{file}: {e.Message}", e);
        }
    }

    // A model folder's file has the recipe beside the classes and the backbone's hash.
    private static string? OfModel(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, s_options);
            return
                document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("SchemaVersion", out _)
                && root.TryGetProperty("Recipe", out JsonElement recipe)
                ? recipe.GetRawText()
                : null;
        }
        catch (JsonException)
        {
            return null; // the reader of recipes says why
        }
    }
}
