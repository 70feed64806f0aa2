using System.Runtime.CompilerServices;

namespace LiftPlus.Native;

file static class NativeInit
{
    /// <summary>Loads libtorch before this assembly's first line runs; a failure is thrown later, by LibTorch.EnsureLoaded().</summary>
    [ModuleInitializer]
    internal static void Run() => LibTorch.TryLoad();
}
