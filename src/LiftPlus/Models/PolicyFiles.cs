using System.Security.Cryptography;
using System.Text;
using LiftPlus.Decisions;
using LiftPlus.Files;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Reads and writes the policy of a model folder: <c>policy.json</c>, where arrays are needed <c>policy.safetensors</c>, and where training
/// images are kept <c>neighbors.json</c> with their names. <c>recipe.json</c> has the hashes of all.
/// </summary>
internal static class PolicyFiles
{
    public const string JsonName = "policy.json",
        TensorName = "policy.safetensors",
        NamesName = "neighbors.json";

    private const long MaximumBytes = 64 << 20,
        MaximumNameBytes = 256 << 20,
        MaximumValues = 1L << 30;

    /// <summary>Writes the files of a policy into a folder.</summary>
    public static void Write(PredictionPolicy policy, string folder)
    {
        using DisposeScope scope = NewDisposeScope();
        WholeFile.WriteText(Path.Combine(folder, JsonName), PolicyJson.Write(policy));
        Dictionary<string, Rows> arrays = policy.Detector?.Arrays.ToDictionary() ?? [];
        if (policy.TrainingImages is TrainingImages images)
        {
            arrays[TrainingImages.FeaturesName] = images.Features;
            string names = TrainingImagesJson.Write(images);
            if (Encoding.UTF8.GetByteCount(names) > MaximumNameBytes)
                throw new LiftPlusException(
                    $"The names of {images.Names.Length} training images have more than {MaximumNameBytes} bytes. Fit the policy with a "
                        + $"lower {nameof(PredictionPolicyOptions)}.{nameof(PredictionPolicyOptions.MaxTrainingImages)}."
                );
            WholeFile.WriteText(Path.Combine(folder, NamesName), names);
        }

        if (arrays.Count > 0)
            Safetensors.Write(
                Path.Combine(folder, TensorName),
                arrays.ToDictionary(array => array.Key, array => tensor(array.Value.Values, [array.Value.Count, array.Value.Width]))
            );
    }

    /// <summary>Reads the policy of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">What <c>recipe.json</c> records about the files: another model may have taken the place of this one.</param>
    /// <param name="names">The names of the model's classes.</param>
    /// <param name="width">The number of features.</param>
    /// <exception cref="LiftPlusException">A file is missing, damaged, or for another model.</exception>
    public static PredictionPolicy Read(string folder, IReadOnlyDictionary<string, SavedFile> files, IReadOnlyList<string> names, int width)
    {
        Dictionary<string, Rows> arrays = files.ContainsKey(TensorName) ? Arrays(folder, files) : [];
        PredictionPolicy policy = PolicyJson.Read(
            Text(folder, files, JsonName, MaximumBytes),
            Path.Combine(folder, JsonName),
            names,
            options => UnknownDetector.From(options.UnknownMeasure.GetValueOrDefault(), options.Neighbors, arrays, width)
        );
        return policy.Options.KeepTrainingImages
            ? policy with
            {
                TrainingImages = TrainingImagesJson.Read(
                    Text(folder, files, NamesName, MaximumNameBytes),
                    Path.Combine(folder, NamesName),
                    arrays,
                    names.Count,
                    width
                ),
            }
            : policy;
    }

    private static byte[] Text(string folder, IReadOnlyDictionary<string, SavedFile> files, string name, long maximumBytes)
    {
        string path = Path.Combine(folder, name);
        if (!files.TryGetValue(name, out SavedFile? saved))
            throw new LiftPlusException($"{RecipeFile.Name} does not list {path}, which the policy needs. Fit the policy again, and save.");
        try
        {
            byte[] text = RegularFile.ReadBytes(path, maximumBytes);
            Compare(path, saved, Convert.ToHexStringLower(SHA256.HashData(text)));
            return text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"{path} cannot be read ({e.Message}). Copy or save the whole folder again.", e);
        }
    }

    private static void Compare(string path, SavedFile saved, string sha256)
    {
        if (saved.Sha256 != sha256)
            throw new LiftPlusException(
                $"{path} has the SHA-256 {sha256}, and {RecipeFile.Name} records {saved.Sha256}: "
                    + "the model was replaced meanwhile. Load it again."
            );
    }

    private static Dictionary<string, Rows> Arrays(string folder, IReadOnlyDictionary<string, SavedFile> files)
    {
        SourceFile source = new(Path.Combine(folder, TensorName));
        using Safetensors file = Safetensors.Open(source);
        Compare(source.Path, files[TensorName], source.Sha256());
        try
        {
            return file.Tensors.Keys.ToDictionary(name => name, name => Read(file, name));
        }
        catch (LiftPlusException e)
        {
            throw new LiftPlusException($"{source.Path}: {e.Message}. Fit the policy again, and save the model.", e);
        }
    }

    private static Rows Read(Safetensors file, string name)
    {
        IReadOnlyList<long> shape = [.. file.Tensors[name].Shape];
        if (shape.Count != 2 || shape[0] < 1 || shape[1] < 1 || shape[0] > MaximumValues / shape[1])
            throw new LiftPlusException(
                $"the tensor '{name}' has the shape ({string.Join(", ", shape)}); "
                    + $"it must have rows and columns, {MaximumValues} values at most"
            );
        using DisposeScope scope = NewDisposeScope(); // keeps what lies between from the finalizer, which would free it meanwhile
        return new Rows(file.Read(name).to(float32).contiguous().data<float>().ToArray(), (int)shape[1]);
    }
}
