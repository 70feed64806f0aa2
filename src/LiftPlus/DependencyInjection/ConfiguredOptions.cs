using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftPlus.Validation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LiftPlus.DependencyInjection;

/// <summary>Reads the options of fine-tuners from configuration.</summary>
internal static class ConfiguredOptions
{
    /// <summary>Holds the settings of a fine-tuner that are not part of the recipe.</summary>
    private sealed record Environment
    {
        public string? Device { get; init; }

        public string? CheckpointFolder { get; init; }

        public CheckpointOptions? Checkpoints { get; init; }

        public ImageCacheOptions? ImageCache { get; init; }
    }

    /// <exception cref="OptionsValidationException">Keys or values that cannot be used; each with its configuration path.</exception>
    public static void Read(IConfigurationSection section, string name, ComponentRegistry? components, LongTailFineTunerOptions options)
    {
        RecipeConfigurationReader reader = new(section, name, typeof(LongTailFineTunerOptions), components);
        JsonObject settings = reader.Settings();
        foreach (string empty in settings.Where(setting => setting.Value is null).Select(setting => setting.Key).ToArray())
            settings.Remove(empty); // null or {}, which configuration does not tell apart
        JsonObject beside = Take(settings, typeof(Environment).GetProperties().Select(property => property.Name));
        FineTuningRecipe? recipe = reader.Read<FineTuningRecipe>(settings);
        Environment? environment = reader.Read<Environment>(beside);
        reader.ThrowIfFailed();
        options.Recipe = recipe!;
        options.Device = environment!.Device ?? options.Device;
        options.CheckpointFolder = environment.CheckpointFolder ?? options.CheckpointFolder;
        options.Checkpoints = environment.Checkpoints ?? options.Checkpoints;
        options.ImageCache = environment.ImageCache ?? options.ImageCache;
    }

    private static JsonObject Take(JsonObject settings, IEnumerable<string> keys)
    {
        JsonObject taken = [];
        foreach (string key in keys)
        {
            string? found = settings
                .Select(setting => setting.Key)
                .FirstOrDefault(setting => key.Equals(setting, StringComparison.OrdinalIgnoreCase));
            if (found is null)
                continue;
            JsonNode? value = settings[found];
            settings.Remove(found);
            taken[key] = value;
        }

        return taken;
    }
}
