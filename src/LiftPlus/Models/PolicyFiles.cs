using System.Security.Cryptography;
using LiftPlus.Decisions;
using LiftPlus.Files;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Reads and writes the policy of a model folder: <c>policy.json</c> and, where unknown images need arrays,
/// <c>policy.safetensors</c>. <c>recipe.json</c> has the hashes of both.
/// </summary>
internal static class PolicyFiles
{
    public const string JsonName = "policy.json",
        TensorName = "policy.safetensors";

    private const long MaximumBytes = 64 << 20,
        MaximumValues = 1L << 30;

    /// <summary>Writes the files of a policy into a folder.</summary>
    public static void Write(PredictionPolicy policy, string folder)
    {
        using DisposeScope scope = NewDisposeScope();
        WholeFile.WriteText(Path.Combine(folder, JsonName), PolicyJson.Write(policy));
        if (policy.Detector is { Arrays.Count: > 0 } detector)
            Safetensors.Write(
                Path.Combine(folder, TensorName),
                detector.Arrays.ToDictionary(
                    array => array.Key,
                    array => tensor(array.Value.Values, [array.Value.Count, array.Value.Width])
                )
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
        string path = Path.Combine(folder, JsonName);
        try
        {
            byte[] text = RegularFile.ReadBytes(path, MaximumBytes);
            Compare(path, files[JsonName], Convert.ToHexStringLower(SHA256.HashData(text)));
            return PolicyJson.Read(text, path, names, options => Detector(folder, files, options, width));
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

    private static UnknownDetector Detector(
        string folder,
        IReadOnlyDictionary<string, SavedFile> files,
        PredictionPolicyOptions options,
        int width
    )
    {
        if (!files.TryGetValue(TensorName, out SavedFile? saved))
            throw new LiftPlusException($"{nameof(UnknownMeasure)}.{options.UnknownMeasure} needs {TensorName}, which the folder lacks");
        SourceFile source = new(Path.Combine(folder, TensorName));
        using Safetensors file = Safetensors.Open(source);
        Compare(source.Path, saved, source.Sha256());
        return UnknownDetector.From(
            options.UnknownMeasure.GetValueOrDefault(),
            options.Neighbors,
            file.Tensors.Keys.ToDictionary(name => name, name => Rows(file, name)),
            width
        );
    }

    private static Rows Rows(Safetensors file, string name)
    {
        IReadOnlyList<long> shape = [.. file.Tensors[name].Shape];
        if (shape.Count != 2 || shape[0] < 1 || shape[1] < 1 || shape[0] > MaximumValues / shape[1])
            throw new LiftPlusException(
                $"the tensor '{name}' has the shape ({string.Join(", ", shape)}); "
                    + $"it must have rows and columns, {MaximumValues} values at most"
            );
        using Tensor stored = file.Read(name);
        using Tensor values = stored.to(float32).contiguous();
        return new Rows(values.data<float>().ToArray(), (int)shape[1]);
    }
}
