using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftPlus.Cli.Inputs;

/// <summary>Changes settings of a recipe by their paths in its JSON: <c>Training.LearningRate=0.01</c>, <c>Peft.0.Rank=8</c>.</summary>
internal static class RecipeSettings
{
    /// <summary>Returns the recipe with the settings.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="settings">The settings, <c>path=value</c>. A value is JSON or else text.</param>
    /// <exception cref="LiftPlusException">A path names no setting, or a value does not suit it.</exception>
    public static FineTuningRecipe Set(FineTuningRecipe recipe, IEnumerable<string> settings)
    {
        foreach (string setting in settings)
        {
            string[] parts = setting.Split('=', 2);
            if (parts.Length < 2)
                throw new LiftPlusException($"--set {setting} has no value: write path=value, such as Training.LearningRate=0.01.");
            JsonNode root = JsonNode.Parse(RecipeJson.Write(recipe))!;
            Put(root, setting, parts[0].Split('.'), Value(parts[1]));
            try
            {
                recipe = RecipeJson.Read(root.ToJsonString());
            }
            catch (LiftPlusException e)
            {
                throw new LiftPlusException($"--set {setting}: {e.Message}", e);
            }
        }

        return recipe;
    }

    private static void Put(JsonNode root, string setting, string[] path, JsonNode? value)
    {
        JsonNode? place = root;
        foreach (string name in path[..^1])
            place = Child(place, setting, name);
        switch (place)
        {
            case JsonArray list:
                list[Index(list, setting, path[^1])] = value;
                break;
            case JsonObject settings:
                settings[Key(settings, setting, path[^1])] = value;
                break;
            default:
                throw Unknown(setting, path[^1], "a value without settings");
        }
    }

    private static JsonNode? Child(JsonNode? place, string setting, string name) =>
        place switch
        {
            JsonArray list => list[Index(list, setting, name)],
            JsonObject settings => settings[Key(settings, setting, name)],
            _ => throw Unknown(setting, name, "a value without settings"),
        };

    private static string Key(JsonObject settings, string setting, string name) =>
        settings.Select(entry => entry.Key).FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Unknown(setting, name, string.Join(", ", settings.Select(entry => entry.Key)));

    private static int Index(JsonArray list, string setting, string name) =>
        int.TryParse(name, out int index) && index >= 0 && index < list.Count
            ? index
            : throw Unknown(setting, name, list.Count == 0 ? "an empty list" : $"a list of 0 to {list.Count - 1}");

    private static LiftPlusException Unknown(string setting, string name, string found) =>
        new($"--set {setting}: '{name}' is unknown; found: {found}.");

    // A value that is not JSON is text, so that names need no quotes.
    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
