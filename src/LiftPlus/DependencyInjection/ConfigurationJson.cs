using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace LiftPlus.DependencyInjection;

/// <summary>
/// A configuration section as json, so that configuration and <c>recipe.json</c> are read by the same code. Configuration knows strings
/// only: whoever reads the json takes numbers and truth values from strings.
/// </summary>
internal static class ConfigurationJson
{
    /// <summary>
    /// The section's value: an object, an array where the keys are 0, 1, 2, ..., or a string. An empty string without parts is an empty
    /// list.
    /// </summary>
    public static JsonNode? Of(IConfigurationSection section)
    {
        IConfigurationSection[] parts = [.. section.GetChildren()];
        if (parts.Length == 0)
            return section.Value is null ? null
                : section.Value.Length == 0 ? new JsonArray()
                : JsonValue.Create(section.Value);
        if (parts.Index().All(part => part.Item.Key == $"{part.Index}"))
            return new JsonArray([.. parts.Select(Of)]);
        return new JsonObject(parts.Select(part => KeyValuePair.Create(part.Key, Of(part))));
    }
}
