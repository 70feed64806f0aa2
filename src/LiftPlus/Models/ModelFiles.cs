using System.Collections.Immutable;
using System.Security.Cryptography;
using LiftPlus.Files;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Models;

/// <summary>
/// Opens a model folder: reads <c>recipe.json</c> and compares every other file with the SHA-256 that it records. So the SHA-256 of
/// <c>recipe.json</c> stands for the whole folder.
/// </summary>
internal sealed class ModelFiles : IDisposable
{
    public const string TensorFile = "adapter.safetensors";

    private const int Tries = 20,
        TriesOfOneRecipe = 4,
        ListedFiles = 10;

    private ModelFiles(SavedModelManifest manifest, WeightSource tensors, string[] remarks) =>
        (Manifest, Tensors, Remarks) = (manifest, tensors, remarks);

    public SavedModelManifest Manifest { get; }

    /// <summary>Gets the trained tensors.</summary>
    public WeightSource Tensors { get; }

    /// <summary>Gets what could not be compared.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>Opens a folder. If the model in it is replaced meanwhile, the new one is opened.</summary>
    /// <exception cref="LiftPlusException">A file is missing, damaged or not the one that was saved.</exception>
    public static ModelFiles Open(string folder, ModelLoadOptions options)
    {
        for (int attempt = 1; ; attempt++)
        {
            byte[] recipe = RecipeFile.Read(folder);
            SourceFile? tensors = TryOpen(folder); // at once, before another model can take this one's place
            bool isReplaced = IsReplaced(folder, recipe);
            try
            {
                if (isReplaced && attempt < Tries)
                    tensors?.Dispose();
                else
                    return Open(folder, recipe, tensors, options);
            }
            catch (LiftPlusException) when (attempt < TriesOfOneRecipe || (attempt < Tries && IsReplaced(folder, recipe)))
            {
                // Two models that take turns can have the first recipe again: a mix of them is looked at again.
            }

            Thread.Sleep(attempt); // milliseconds
        }
    }

    public void Dispose() => Tensors.Dispose();

    // A recipe that cannot be read is more to say than tensors that cannot.
    private static SourceFile? TryOpen(string folder)
    {
        try
        {
            return new SourceFile(Path.Combine(folder, TensorFile));
        }
        catch (LiftPlusException)
        {
            return null;
        }
    }

    private static ModelFiles Open(string folder, byte[] recipe, SourceFile? tensors, ModelLoadOptions options)
    {
        string path = Path.Combine(folder, RecipeFile.Name);
        try
        {
            CheckTrusted(path, recipe, options.TrustedHash);
            SavedModelManifest manifest = RecipeFile.Parse(path, recipe, options.Components);
            if (manifest.IncludedBackbone is string included && manifest.Files?.ContainsKey(included) != true)
                throw new LiftPlusException(
                    $"{path}: IncludedBackbone is '{MessageText.Shorten(included)}', which is not among the Files. "
                        + "Copy or save the whole folder again."
                );
            tensors ??= new SourceFile(Path.Combine(folder, TensorFile));
            List<string> remarks = [];
            if (manifest.Files is ImmutableSortedDictionary<string, SavedFile> files)
            {
                Verify(folder, files, tensors);
                string[] extra = [.. ModelContent.Names(folder).Except([RecipeFile.Name, .. files.Keys]).Order(StringComparer.Ordinal)];
                if (extra.Length > 0 && options.TrustedHash is not null)
                    throw new LiftPlusException(
                        $"{folder} contains {MessageText.First(extra, ListedFiles)}, which {RecipeFile.Name} does not list. Remove them, "
                            + $"or load without {nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.TrustedHash)}."
                    );
                if (extra.Length > 0)
                    remarks.Add($"{folder} contains {MessageText.First(extra, ListedFiles)}, which {RecipeFile.Name} does not list.");
            }
            else if (options.TrustedHash is not null)
            {
                throw new LiftPlusException(
                    $"{path} was written by LiftPlus {manifest.LibraryVersion} and does not record the SHA-256 of the other files, so "
                        + $"{nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.TrustedHash)} cannot stand for them. "
                        + "Load the model without it, and save it again."
                );
            }
            else
            {
                remarks.Add(
                    $"{path} was written by LiftPlus {manifest.LibraryVersion} and does not record the SHA-256 of {TensorFile}: the "
                        + "trained tensors could not be compared. Save the model again to record it."
                );
            }

            return new ModelFiles(manifest, Safetensors.Open(tensors), [.. remarks]);
        }
        catch
        {
            tensors?.Dispose();
            throw;
        }
    }

    private static void CheckTrusted(string path, byte[] recipe, string? trusted)
    {
        string found = Convert.ToHexStringLower(SHA256.HashData(recipe));
        if (trusted is not null && !found.Equals(trusted, StringComparison.OrdinalIgnoreCase))
        {
            throw new LiftPlusException(
                $"{path} has the SHA-256 {found}, and {nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.TrustedHash)} is {trusted}. "
                    + "The folder was changed, or holds another model: fetch it again from where the hash comes from."
            );
        }
    }

    // The open file of tensors is hashed, not what has its name by now.
    private static void Verify(string folder, ImmutableSortedDictionary<string, SavedFile> files, SourceFile tensors)
    {
        string recipe = Path.Combine(folder, RecipeFile.Name);
        List<string> problems = [];
        foreach ((string name, SavedFile saved) in files.Add(TensorFile, files.GetValueOrDefault(TensorFile, new SavedFile(0, "none"))))
        {
            string path = Path.Combine(folder, name);
            if (!ModelContent.IsInside(name))
                problems.Add($"'{MessageText.Shorten(name)}' is not the name of a file in the folder");
            else if (saved is null)
                problems.Add($"it records nothing about {name}");
            else if (name != TensorFile && !File.Exists(path))
                problems.Add($"{path} is missing");
            else if (Look(path, name == TensorFile ? tensors : null) is var found && found != saved)
                problems.Add(
                    $"{path} has {found.Bytes} bytes and the SHA-256 {found.Sha256}, but {saved.Bytes} bytes and the SHA-256 "
                        + $"{saved.Sha256} were saved"
                );
        }

        if (problems.Count > 0)
            throw new LiftPlusException(
                $"{recipe} does not fit the other files: {string.Join("; ", problems)}. "
                    + "The folder is damaged or mixes two models: copy or save the whole folder again."
            );
    }

    private static SavedFile Look(string path, SourceFile? open)
    {
        try
        {
            return open is null ? ModelContent.Describe(path) : new SavedFile(open.Length, open.Sha256());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"{path} cannot be read ({e.Message}). Check its permissions.", e);
        }
    }

    private static bool IsReplaced(string folder, byte[] recipe)
    {
        try
        {
            return !RecipeFile.Read(folder).AsSpan().SequenceEqual(recipe);
        }
        catch (LiftPlusException)
        {
            return false;
        }
    }
}
