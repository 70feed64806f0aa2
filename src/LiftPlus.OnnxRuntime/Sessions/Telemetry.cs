using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LiftPlus.Sessions;

/// <summary>
/// Switches off ONNX Runtime's telemetry, which otherwise reports what it is used for and writes below the home folder. ONNX Runtime reads
/// the environment of C, which .NET's own functions do not change.
/// </summary>
internal static partial class Telemetry
{
    [ModuleInitializer]
    internal static void SwitchOff()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetEnvironment("ORT_DISABLE_TELEMETRY", "1", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
