using System.Text.Json;
using LiftPlus.TestSupport;

namespace LiftPlus.Parity.Tests.Modern;

/// <summary>
/// Finds the golden set of modern backbones. It is not in the repository: LIFTPLUS_GOLDEN_MODERN names its folder. All sizes are read from
/// there, so that any set of the same layout can be used.
/// </summary>
internal static class ModernGolden
{
    public const string Variable = "LIFTPLUS_GOLDEN_MODERN";
    private const string Numbers = ".io.safetensors",
        Weights = ".safetensors";

    /// <summary>Gets the folder; null if there is none.</summary>
    public static string? Root { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;

    /// <summary>Gets the cases with the namings that each has, such as "dinov2" with "hf", "original" and "timm".</summary>
    public static IReadOnlyList<(string Name, string Naming)> Cases { get; } =
        Root is null
            ? []
            :
            [
                .. Directory
                    .GetFiles(Root, "*" + Weights)
                    .Select(path => Path.GetFileName(path)!)
                    .Where(file => !file.EndsWith(Numbers, StringComparison.Ordinal))
                    .Select(file => file[..^Weights.Length].Split('.'))
                    .Select(parts => (parts[0], parts[1]))
                    .Order(),
            ];

    /// <summary>Returns the full path of a file.</summary>
    public static string PathOf(string file) => Path.Combine(Root!, file);

    /// <summary>Reads the inputs and outputs of a case.</summary>
    public static GoldenFile Read(string name) => GoldenFile.Read(PathOf(name + Numbers));

    /// <summary>Reads the sizes of a case.</summary>
    public static JsonElement Sizes(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(PathOf(name + ".json")));
        return document.RootElement.Clone();
    }

    /// <summary>Puts the weights of a case and their description into a folder, under their published names.</summary>
    public static void Copy(string name, string naming, string folder)
    {
        string prefix = $"{name}.{naming}.";
        string weights = naming == "open_clip" ? "open_clip_model.safetensors" : "model.safetensors";
        File.Copy(PathOf(prefix + "safetensors"), Path.Combine(folder, weights));
        foreach (string path in Directory.GetFiles(Root!, prefix + "*.json"))
            File.Copy(path, Path.Combine(folder, Path.GetFileName(path)[prefix.Length..]));
    }
}
