using System.Text.Json;

namespace LiftPlus.TestSupport;

/// <summary>
/// Finds the reference values: in the folder of the environment variable LIFTPLUS_GOLDEN, or else next to the parity tests. Tests read all
/// sizes from there, so that they accept any golden set of the same layout.
/// </summary>
public static class GoldenFolder
{
    /// <summary>The environment variable that names another golden set.</summary>
    public const string Variable = "LIFTPLUS_GOLDEN";

    /// <summary>Gets the folder in use.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? named
            : Repository.PathOf("tests", "LiftPlus.Parity.Tests", "golden");

    /// <summary>Returns the full path of a golden file, for example <c>PathOf("peft", "lora.safetensors")</c>.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>Reads a safetensors file of the set.</summary>
    public static GoldenFile Tensors(params ReadOnlySpan<string> parts) => GoldenFile.Read(PathOf(parts));

    /// <summary>Reads a JSON file of the set.</summary>
    public static JsonElement Json(params ReadOnlySpan<string> parts)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(PathOf(parts)));
        return document.RootElement.Clone();
    }
}
