using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftPlus.Validation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LiftPlus.DependencyInjection;

/// <summary>
/// Reads options from a configuration section by way of JSON. Collects an error for every unknown key and every value that cannot be read,
/// each named by its path.
/// </summary>
[RequiresUnreferencedCode(Reflection)]
[RequiresDynamicCode(Reflection)]
internal class ConfigurationReader(IConfigurationSection section, string name, Type options)
{
    /// <summary>Why a program that is trimmed or compiled ahead of time cannot use this class.</summary>
    public const string Reflection = "Configuration is read by reflection. Set the options in code instead.";

    private const string Preset = "Preset";

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
                return settings.Deserialize<T>(JsonOptions<T>(settings));
            }
            catch (JsonException e)
            {
                string path = PathOf(e);
                _errors.Add($"{ConfigurationPath.Join(section.Path, path)}: {e.Message.Split(" Path: ")[0]}");
                if (!JsonPath.Remove(settings, path))
                    return null;
            }
            catch (LiftPlusException e) // the name of the preset
            {
                _errors.Add($"{ConfigurationPath.Join(section.Path, Preset)}: {e.Message}");
                if (!settings.Remove(Preset))
                    return null;
            }
        }
    }

    /// <summary>Changes options that code has set to the settings of the section; settings that only code can set stay.</summary>
    /// <exception cref="OptionsValidationException">Keys or values that cannot be used; each with its configuration path.</exception>
    public void Apply<T>(T values)
        where T : class
    {
        var settings = (JsonObject)JsonSerializer.SerializeToNode(values, JsonOptions<T>([]))!;
        JsonMerge.Apply(settings, Settings());
        T? read = Read<T>(settings);
        ThrowIfFailed();
        foreach (Setting setting in Setting.Of(typeof(T)))
        {
            if (!setting.Property.IsDefined(typeof(JsonIgnoreAttribute), inherit: true))
                setting.Property.SetValue(values, setting.Property.GetValue(read));
        }
    }

    /// <exception cref="OptionsValidationException">There were errors; all of them are listed.</exception>
    public void ThrowIfFailed()
    {
        if (_errors.Count > 0)
            throw Failure(_errors);
    }

    /// <summary>Returns how settings are read into a record.</summary>
    protected virtual JsonSerializerOptions JsonOptions<T>(JsonObject settings) =>
        ForTexts(
            new JsonSerializerOptions
            {
                UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
                RespectNullableAnnotations = true,
                Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
            }
        );

    /// <summary>Returns the path of an error from the root of the settings.</summary>
    protected virtual string PathOf(JsonException error) => error.Path ?? "$";

    /// <summary>Makes numbers and truth values readable from texts: configuration knows nothing else.</summary>
    protected static JsonSerializerOptions ForTexts(JsonSerializerOptions json)
    {
        json.PropertyNameCaseInsensitive = true;
        json.NumberHandling = JsonNumberHandling.AllowReadingFromString;
        json.Converters.Add(new BooleanTextConverter());
        return json;
    }

    private OptionsValidationException Failure(IEnumerable<string> errors) => new(name, options, errors);

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
