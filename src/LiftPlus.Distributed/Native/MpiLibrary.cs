using System.Runtime.InteropServices;
using System.Text;

namespace LiftPlus.Native;

/// <summary>Represents a loaded MPI library, Open MPI or one like MPICH.</summary>
internal sealed unsafe partial class MpiLibrary
{
    private const int Now = 2,
        LongestVersion = 8192; // MPI_MAX_LIBRARY_VERSION_STRING of MPICH, the longest

    private readonly nint _library;

    private MpiLibrary(string name, nint library)
    {
        (Name, _library) = (name, library);
        Version = ReadVersion();
        Handles = MpiHandles.Of(Version, Function)
            ?? throw new LiftPlusException(
                $"{name} is an MPI library that LiftPlus does not know: '{FirstLine(Version)}'. Give UseMpi the path of Open MPI or MPICH."
            );
    }

    /// <summary>Gets the name that it was loaded by.</summary>
    public string Name { get; }

    /// <summary>Gets how it describes itself.</summary>
    public string Version { get; }

    public MpiHandles Handles { get; }

    private static bool IsMpichJob => Environment.GetEnvironmentVariable("PMI_SIZE") is not null;

    // The library of the program that started the processes comes first.
    private static string[] Names =>
        OperatingSystem.IsWindows() ? ["msmpi.dll"]
        : OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.12.dylib", "libmpi.dylib"]
        : IsMpichJob ? ["libmpich.so.12", "libmpi.so.12", "libmpi.so.40"]
        : ["libmpi.so.40", "libmpich.so.12", "libmpi.so.12"];

    private static string Advice =>
        OperatingSystem.IsWindows() ? "Install Microsoft MPI (msmpisetup.exe)"
        : OperatingSystem.IsMacOS() ? "Install Open MPI (brew install open-mpi)"
        : "Install Open MPI (Debian and Ubuntu: apt-get install openmpi-bin; Fedora: dnf install openmpi) or MPICH (apt-get install mpich)";

    /// <summary>Loads the MPI library with a name or path, or the installed one.</summary>
    /// <exception cref="LiftPlusException">There is none, or it is something else; the message names the package to install.</exception>
    public static MpiLibrary Find(string? name)
    {
        string[] names = name is null ? Names : [name];
        foreach (string candidate in names)
        {
            if (Open(candidate) is nint library and not 0)
                return new MpiLibrary(candidate, library);
        }

        throw new LiftPlusException(
            $"There is no MPI library: {string.Join(", ", names)} cannot be loaded. {Advice} on every machine, and start the program with "
                + "its mpirun."
        );
    }

    /// <summary>Returns the address of a function or an object.</summary>
    /// <exception cref="LiftPlusException">The library does not have it.</exception>
    public nint Function(string name) =>
        NativeLibrary.TryGetExport(_library, name, out nint address)
            ? address
            : throw new LiftPlusException($"{Name} is not an MPI library: it has no {name}. {Advice}, or give UseMpi its path.");

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();

    private string ReadVersion()
    {
        var get = (delegate* unmanaged<byte*, int*, int>)Function("MPI_Get_library_version");
        byte[] text = new byte[LongestVersion];
        int length;
        fixed (byte* start = text)
            _ = get(start, &length);
        return Encoding.UTF8.GetString(text, 0, Math.Clamp(length, 0, LongestVersion)).TrimEnd('\0');
    }

    // The parts that Open MPI loads later look for its symbols among the global ones, which NativeLibrary.Load does not make them.
    private static nint Open(string name)
    {
        if (OperatingSystem.IsWindows())
            return NativeLibrary.TryLoad(name, out nint library) ? library : 0;
        int global = OperatingSystem.IsMacOS() ? 8 : 0x100;
        try
        {
            return OpenInLibc(name, Now | global);
        }
        catch (EntryPointNotFoundException) // glibc before 2.34
        {
            return OpenInLibdl(name, Now | global);
        }
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenInLibc(string name, int mode);

    [LibraryImport("libdl.so.2", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenInLibdl(string name, int mode);
}
