using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LiftPlus.Native;

namespace LiftPlus.GpuCheck;

/// <summary>
/// Whether the libtorch at hand has all that TorchSharp's native library asks for. It is bound lazily: without this, a symbol that
/// another release of libtorch has lost would show only when it is called.
/// </summary>
internal static class SymbolSection
{
    public static JsonObject Run()
    {
        LibTorch.EnsureLoaded();
        IReadOnlyList<string> directories = NativeDirectories.All();
        string shim = Path.Combine(NativeDirectories.Find(directories, "libLibTorchSharp.so")!, "libLibTorchSharp.so"),
            torch =
                NativeDirectories.Find(NativeDirectories.FromUser(), "libtorch_cpu.so")
                ?? NativeDirectories.Find(directories, "libtorch_cpu.so")!;
        nint[] libraries =
        [
            .. new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so" }
                .Select(file => Path.Combine(torch, file))
                .Where(File.Exists)
                .Select(NativeLibrary.Load),
        ];
        string[] asked = [.. ElfSymbols.Undefined(File.ReadAllBytes(shim)).Where(IsTorch)];
        string[] missing = [.. asked.Where(symbol => !libraries.Any(library => NativeLibrary.TryGetExport(library, symbol, out _)))];
        return new JsonObject
        {
            ["libtorch"] = torch,
            ["asked"] = asked.Length,
            ["missing"] = new JsonArray([.. missing.Select(symbol => (JsonNode)symbol)]),
        };
    }

    private static bool IsTorch(string symbol) =>
        symbol.StartsWith("_ZN", StringComparison.Ordinal)
        && (
            symbol.Contains("c10", StringComparison.Ordinal)
            || symbol.Contains("2at", StringComparison.Ordinal)
            || symbol.Contains("5torch", StringComparison.Ordinal)
        );
}
