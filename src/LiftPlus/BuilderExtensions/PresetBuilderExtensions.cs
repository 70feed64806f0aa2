namespace LiftPlus;

/// <summary>Starts a recipe from a preset.</summary>
public static class PresetBuilderExtensions
{
    /// <summary>
    /// Sets the recipe that all other calls change to one of <see cref="Presets"/>, by name. As with
    /// <see cref="LongTailFineTunerBuilder.UseRecipe"/>, the order of the calls does not matter.
    /// </summary>
    /// <exception cref="LiftPlusException">There is no preset of this name.</exception>
    public static LongTailFineTunerBuilder UsePreset(this LongTailFineTunerBuilder builder, string name) =>
        builder.UseRecipe(Presets.Find(name));
}
