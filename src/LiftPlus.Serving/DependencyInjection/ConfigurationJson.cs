using System.Text.Json.Nodes;
using LiftPlus.Messages;
using Microsoft.Extensions.Configuration;

namespace LiftPlus.DependencyInjection;

/// <summary>
/// A configuration section as json, so that configuration and <c>recipe.json</c> are read by the same code. Configuration knows strings
/// only: whoever reads the json takes numbers and truth values from strings.
/// </summary>
internal static class ConfigurationJson
{
    private const int MostLevels = 32; // as in recipe.json

    /// <summary>
    /// The section's value: an object, an array where the keys are 0, 1, 2, ..., or a string. An empty string without parts is an empty
    /// list.
    /// </summary>
    /// <exception cref="LiftPlusException">Sections are nested too deep.</exception>
    public static JsonNode? Of(IConfigurationSection section) => Of(section, MostLevels);

    private static JsonNode? Of(IConfigurationSection section, int levels)
    {
        if (levels == 0)
            throw new LiftPlusException(
                $"{MessageText.Shorten(section.Path)}: sections are nested deeper than {MostLevels} levels. "
                    + "Remove them from the configuration."
            );
        IConfigurationSection[] parts = [.. section.GetChildren()];
        if (parts.Length == 0)
            return section.Value is null ? null
                : section.Value.Length == 0 ? new JsonArray()
                : JsonValue.Create(section.Value);
        if (parts.Index().All(part => part.Item.Key == $"{part.Index}"))
            return new JsonArray([.. parts.Select(part => Of(part, levels - 1))]);
        return new JsonObject(parts.Select(part => KeyValuePair.Create(part.Key, Of(part, levels - 1))));
    }
}
