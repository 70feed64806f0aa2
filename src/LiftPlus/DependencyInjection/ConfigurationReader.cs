using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftPlus.Recipe;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LiftPlus.DependencyInjection;

/// <summary>
/// Reads options from a configuration section as <c>recipe.json</c> is read. Collects an error for every unknown key and every value that
/// cannot be read, each named by its path.
/// </summary>
internal sealed class ConfigurationReader(IConfigurationSection section, string name, Type options, ComponentRegistry? components = null)
{
    private readonly List<string> _errors = [];

    /// <summary>Returns the settings of the section.</summary>
    /// <exception cref="OptionsValidationException">The section does not exist or holds a single value.</exception>
    public JsonObject Settings()
    {
        if (!section.Exists())
            throw Failure([$"{section.Path}: there is no such section. Add it to the configuration."]);
        try
        {
            return ConfigurationJson.Of(section) as JsonObject
                ?? throw Failure([$"{section.Path}: a section is needed here, not a value. Write the settings below it."]);
        }
        catch (LiftPlusException e)
        {
            throw Failure([e.Message]);
        }
    }

    /// <summary>Reads a record; returns null when its settings have errors that cannot be set aside.</summary>
    // JSON is read up to its first error. What is wrong is taken out and the rest is read again, until no error is left.
    public T? Read<T>(JsonObject settings)
        where T : class
    {
        while (true)
        {
            try
            {
                JsonSerializerOptions json = JsonOptions();
                if (typeof(T) == typeof(FineTuningRecipe) && PresetJson.Find(settings.ToJsonString(), json) is FineTuningRecipe preset)
                    PresetJson.StartFrom(preset, json);
                return settings.Deserialize<T>(json);
            }
            catch (JsonException e)
            {
                string path = ComponentJsonException.FullPath(e);
                _errors.Add($"{ConfigurationPath.Join(section.Path, path)}: {e.Message.Split(" Path: ")[0]}");
                if (!JsonPath.Remove(settings, path))
                    return null;
            }
            catch (LiftPlusException e) // the name of the preset
            {
                _errors.Add($"{ConfigurationPath.Join(section.Path, "Preset")}: {e.Message}");
                if (!settings.Remove("Preset"))
                    return null;
            }
        }
    }

    /// <summary>Writes a record as settings, to be changed by those of the section.</summary>
    public JsonObject Write<T>(T record) => (JsonObject)JsonSerializer.SerializeToNode(record, JsonOptions())!;

    /// <exception cref="OptionsValidationException">There were errors; all of them are listed.</exception>
    public void ThrowIfFailed()
    {
        if (_errors.Count > 0)
            throw Failure(_errors);
    }

    private OptionsValidationException Failure(IEnumerable<string> errors) => new(name, options, errors);

    private JsonSerializerOptions JsonOptions()
    {
        JsonSerializerOptions json = RecipeJson.Options(components ?? RecipeJson.BuiltIn());
        json.PropertyNameCaseInsensitive = true;
        json.NumberHandling = JsonNumberHandling.AllowReadingFromString;
        json.Converters.Add(new BooleanTextConverter());
        return json;
    }

    // Configuration knows strings only.
    private sealed class BooleanTextConverter : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.True => true,
                JsonTokenType.False => false,
                JsonTokenType.String when bool.TryParse(reader.GetString(), out bool value) => value,
                _ => throw new JsonException("Write true or false."),
            };

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }
}
