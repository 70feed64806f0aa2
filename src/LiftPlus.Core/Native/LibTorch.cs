using System.ComponentModel;
using LiftPlus.Native;

namespace LiftPlus;

/// <summary>
/// Loads libtorch, the native library under TorchSharp, from wherever the application has it. Every assembly of LiftPlus loads it before
/// its first line runs, and its entry points say what is missing. C# applications never call this: the package adds a module initializer
/// to them (MSBuild property <c>LiftPlusNativeInit</c>, default true). An F# or Visual Basic program calls it only if it uses TorchSharp
/// before LiftPlus.
/// </summary>
public static class LibTorch
{
    private static readonly Lock Gate = new();
    private static volatile bool _done;
    private static LibTorchException? _failure;

    /// <summary>Loads libtorch unless it is loaded already. Repeated calls are cheap, and any thread may call.</summary>
    /// <exception cref="LibTorchException">libtorch is missing or does not load; the message says which package to add.</exception>
    public static void EnsureLoaded()
    {
        if (!TryLoad())
        {
            throw new LibTorchException(_failure!.Message, _failure);
        }
    }

    /// <summary>
    /// Returns a value after libtorch is loaded. Every base class of modules passes its name to TorchSharp through this, because the
    /// constructor of TorchSharp's module is native code already.
    /// </summary>
    internal static T Loaded<T>(T value)
    {
        EnsureLoaded();
        return value;
    }

    // The initializer loads at once rather than when TorchSharp's assembly is loaded: other threads already run that assembly's code
    // while an AssemblyLoad handler is still at work, and TorchSharp never retries a failed start.

    /// <summary>
    /// Loads libtorch like <see cref="EnsureLoaded"/>, but keeps a failure for the next call of that method. It is for the generated module
    /// initializer.
    /// </summary>
    /// <returns>Whether libtorch is loaded.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static bool TryLoad()
    {
        if (!_done)
        {
            lock (Gate)
            {
                if (!_done)
                {
                    _failure = LibTorchLoader.Load();
                    _done = true;
                }
            }
        }
        return _failure is null;
    }
}
