using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftPlus.Recipe;
using LiftPlus.Runs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LiftPlus.DependencyInjection;

/// <summary>Reads a fine-tuner's options from configuration: every key that is not known and every value that cannot be read is reported, all at once.</summary>
internal static class ConfiguredOptions
{
    /// <summary>What is no part of the recipe.</summary>
    private sealed record Surroundings
    {
        public string? Device { get; init; }

        public string? CheckpointFolder { get; init; }

        public CheckpointOptions? Checkpoints { get; init; }

        public ImageCacheOptions? ImageCache { get; init; }
    }

    /// <exception cref="OptionsValidationException">Keys or values that cannot be used; each with its configuration path.</exception>
    public static void Read(IConfigurationSection section, string name, ComponentRegistry? components, LongTailFineTunerOptions options)
    {
        if (!section.Exists())
            throw new OptionsValidationException(
                name,
                typeof(LongTailFineTunerOptions),
                [$"{section.Path}: there is no such section. Add it to the configuration."]
            );
        if (ConfigurationJson.Of(section) is not JsonObject settings)
            throw new OptionsValidationException(
                name,
                typeof(LongTailFineTunerOptions),
                [$"{section.Path}: the value is no section. Write the settings below it."]
            );
        foreach (string empty in settings.Where(setting => setting.Value is null).Select(setting => setting.Key).ToArray())
            settings.Remove(empty); // null or {}, which configuration does not tell apart
        JsonObject beside = [];
        foreach (string key in typeof(Surroundings).GetProperties().Select(property => property.Name))
        {
            string? found = settings
                .Select(setting => setting.Key)
                .FirstOrDefault(setting => key.Equals(setting, StringComparison.OrdinalIgnoreCase));
            if (found is null)
                continue;
            JsonNode? value = settings[found];
            settings.Remove(found);
            beside[key] = value;
        }

        List<string> errors = [];
        FineTuningRecipe? recipe = ReadAll<FineTuningRecipe>(settings, section.Path, components, errors);
        Surroundings? surroundings = ReadAll<Surroundings>(beside, section.Path, components, errors);
        if (errors.Count > 0)
            throw new OptionsValidationException(name, typeof(LongTailFineTunerOptions), errors);
        options.Recipe = recipe!;
        options.Device = surroundings!.Device ?? options.Device;
        options.CheckpointFolder = surroundings.CheckpointFolder ?? options.CheckpointFolder;
        options.Checkpoints = surroundings.Checkpoints ?? options.Checkpoints;
        options.ImageCache = surroundings.ImageCache ?? options.ImageCache;
    }

    // Json is read up to its first error: what that is about is taken away, and the rest is read, until nothing is left to complain of.
    private static T? ReadAll<T>(JsonObject settings, string section, ComponentRegistry? components, List<string> errors)
        where T : class
    {
        while (true)
        {
            try
            {
                JsonSerializerOptions json = RecipeJson.Options(components ?? RecipeJson.BuiltIn());
                json.PropertyNameCaseInsensitive = true;
                json.NumberHandling = JsonNumberHandling.AllowReadingFromString;
                json.Converters.Add(new TruthConverter());
                if (typeof(T) == typeof(FineTuningRecipe) && PresetJson.Find(settings.ToJsonString(), json) is FineTuningRecipe preset)
                    PresetJson.StartFrom(preset, json);
                return settings.Deserialize<T>(json);
            }
            catch (JsonException e)
            {
                string path = e.Path ?? "$";
                errors.Add($"{ConfigurationPath.Join(section, path)}: {e.Message.Split(" Path: ")[0]}");
                if (!Remove(settings, path))
                    return null;
            }
            catch (LiftPlusException e) // the preset's name
            {
                errors.Add($"{ConfigurationPath.Join(section, "Preset")}: {e.Message}");
                if (!settings.Remove("Preset"))
                    return null;
            }
        }
    }

    private static bool Remove(JsonNode settings, string path)
    {
        JsonNode? node = settings;
        string[] steps = path.TrimStart('$').Replace("[", ".").Replace("]", "").Split('.', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < steps.Length; i++)
        {
            bool isLast = i == steps.Length - 1;
            if (node is JsonObject parts && parts.ContainsKey(steps[i]))
            {
                if (isLast)
                    return parts.Remove(steps[i]);
                node = parts[steps[i]];
            }
            else if (node is JsonArray list && int.TryParse(steps[i], out int at) && at < list.Count)
            {
                if (isLast)
                {
                    list.RemoveAt(at);
                    return true;
                }

                node = list[at];
            }
            else
            {
                return false;
            }
        }

        return false;
    }

    private sealed class TruthConverter : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && bool.TryParse(reader.GetString(), out bool value)
                ? value
                : throw new JsonException("True or false is needed here.");

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }
}
