using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Recipe;
using Microsoft.Extensions.Configuration;

namespace LiftPlus.DependencyInjection;

/// <summary>Reads options from a configuration section as <c>recipe.json</c> is read.</summary>
internal sealed class RecipeConfigurationReader(
    IConfigurationSection section,
    string name,
    Type options,
    ComponentRegistry? components = null
) : ConfigurationReader(section, name, options)
{
    protected override JsonSerializerOptions JsonOptions<T>(JsonObject settings)
    {
        JsonSerializerOptions json = ForTexts(RecipeJson.Options(components ?? RecipeJson.BuiltIn()));
        if (typeof(T) == typeof(FineTuningRecipe) && PresetJson.Find(settings.ToJsonString(), json) is FineTuningRecipe preset)
            PresetJson.StartFrom(preset, json);
        return json;
    }

    protected override string PathOf(JsonException error) => ComponentJsonException.FullPath(error);
}
