using LiftPlus.Native;

namespace LiftPlus;

/// <summary>
/// The exception that is thrown when libtorch, the native library under TorchSharp, is missing or does not load. The message lists where it
/// was searched for and, if it is missing, the exact <c>dotnet add package</c> lines for this platform.
/// </summary>
public sealed class LibTorchException : LiftPlusException
{
    /// <summary>Creates the exception from a message that says where, what was found and what to do.</summary>
    public LibTorchException(string message)
        : base(message) { }

    /// <summary>Creates the exception with the loader's own failure.</summary>
    public LibTorchException(string message, Exception innerException)
        : base(message, innerException) { }
}
