using System.Text;
using System.Text.Json;
using LiftPlus.Files;
using LiftPlus.Recipe;
using LiftPlus.Validation;

namespace LiftPlus.Models;

/// <summary>Reads <c>recipe.json</c>, the description of a model folder.</summary>
internal static class RecipeFile
{
    public const string Name = "recipe.json";

    private const long MaximumBytes = 64 << 20;

    /// <summary>Reads the bytes of the file in a model folder.</summary>
    /// <exception cref="LiftPlusException">The file is missing, too large or cannot be read.</exception>
    public static byte[] Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        try
        {
            return RegularFile.ReadBytes(path, MaximumBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LiftPlusException(
                $"{path} is missing; a model's folder holds {Name} and {ModelFiles.TensorFile}. Check the path. "
                    + $"The working folder is {WorkingFolder.Shown}.",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"{path} cannot be read ({e.Message}). Check the file and its permissions.", e);
        }
    }

    /// <summary>Reads the content, and checks it as far as that is possible without the other files.</summary>
    /// <exception cref="LiftPlusException">It is damaged, of another schema, or has values that no model has.</exception>
    public static SavedModelManifest Parse(string file, byte[] bytes, ComponentRegistry? components)
    {
        SavedModelManifest manifest = RecipeJson.Read<SavedModelManifest>(Text(file, bytes), file, components);
        if (manifest.SchemaVersion != SavedModelManifest.CurrentSchema)
        {
            throw new LiftPlusException(
                $"{file} has schema version {manifest.SchemaVersion}, "
                    + $"and this version of LiftPlus reads {SavedModelManifest.CurrentSchema}; it was written by {manifest.LibraryVersion}."
            );
        }

        RecipeValidator.ThrowIfInvalid(manifest.Recipe, OptionsValidator.Errors(manifest with { Recipe = new FineTuningRecipe() }));
        return manifest;
    }

    private static string Text(string file, byte[] bytes)
    {
        ReadOnlySpan<byte> text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        try
        {
            JsonText.Check(text, RecipeJson.Reading);
            return Encoding.UTF8.GetString(text);
        }
        catch (JsonException e)
        {
            throw new LiftPlusException($"{file} cannot be read: {e.Message.Split('\n')[0].TrimEnd()}", e);
        }
    }
}
