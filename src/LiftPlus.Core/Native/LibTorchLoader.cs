using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using LiftPlus.Files;

namespace LiftPlus.Native;

/// <summary>
/// Loads libtorch into the process. On Linux it is loaded by absolute path before TorchSharp searches for it, for two reasons. First,
/// libLibTorchSharp.so 0.107.0 asks for symbol versions newer than the libstdc++ of Debian 12, Ubuntu 22.04 and RHEL 9, although every
/// symbol that it uses exists there under an older version; if it does not load, a copy in memory with those versions renamed does. Second,
/// a libtorch that the system happens to have (Debian's python3-torch) must not be used. On other systems TorchSharp loads it.
/// </summary>
internal static partial class LibTorchLoader
{
    private const string Shim = "LibTorchSharp",
        ShimFile = "libLibTorchSharp.so",
        CoreFile = "libtorch_cpu.so",
        CudaFile = "libtorch_cuda.so";

    /// <summary>
    /// GLIBCXX_3.4.32 only marks a change of the stream initialiser: no symbol is bound to it, so any version serves.
    /// GLIBCXX_3.4.30 is bound by condition_variable::wait, which every later libstdc++ still exports as of 3.4.11 too.
    /// </summary>
    internal static readonly IReadOnlyDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["GLIBCXX_3.4.32"] = "GLIBCXX_3.4",
        ["GLIBCXX_3.4.30"] = "GLIBCXX_3.4.11",
    };

    /// <summary>Loads libtorch and returns null, or what prevented it. Never throws: it runs inside module initializers.</summary>
    public static LibTorchException? Load()
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                WorkingFolder.Require(LoadOnLinux);
            }
            else
            {
                CheckElsewhere(NativeDirectories.All());
            }
            return null;
        }
        catch (LibTorchException exception)
        {
            return exception;
        }
        catch (Exception exception)
        {
            return new LibTorchException($"libtorch could not be loaded: {exception.Message}", exception);
        }
    }

    [SupportedOSPlatform("linux")]
    private static void LoadOnLinux()
    {
        IReadOnlyList<string> directories = NativeDirectories.All();
        // What the user names wins; else a build with CUDA, which serves the CPU too.
        string torch = NativeDirectories.Find(NativeDirectories.FromUser(), CoreFile)
            ?? NativeDirectories.Find(directories, CoreFile, CudaFile)
            ?? NativeDirectories.Find(directories, CoreFile)
            ?? throw new LibTorchException(MissingLibTorch.Describe(NativeDirectories.Platform, CoreFile, directories));
        string shim = NativeDirectories.Find(directories, ShimFile)
            ?? throw new LibTorchException(MissingLibTorch.DescribeShim(ShimFile, directories));

        // Idle OpenMP threads would spin for milliseconds against the threads that decode images. Some 30 microseconds bridge the gap
        // between two kernels: to sleep and wake there makes a prediction of one image a tenth slower. libgomp reads the C environment,
        // once, when it is loaded; .NET's own SetEnvironmentVariable does not reach that. 0: a value the user has set stays.
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            SetCEnvironment("GOMP_SPINCOUNT", "3000", overwrite: 0);
        SetCEnvironment("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);

        // With these in the process the shim finds them by name, wherever its own image is.
        nint core = 0;
        foreach (string file in new[] { "libc10.so", CoreFile, CudaFile, "libtorch.so" })
        {
            string path = Path.Combine(torch, file);
            if (file == CudaFile && !File.Exists(path))
            {
                continue;
            }
            nint handle = LoadFile(path);
            core = file == CoreFile ? handle : core;
        }
        Register(LoadShim(Path.Combine(shim, ShimFile)), core);
    }

    [SupportedOSPlatform("linux")]
    private static nint LoadShim(string path)
    {
        try
        {
            ElfFile.CheckComplete(path);
            if (NativeLibrary.TryLoad(path, out nint handle))
            {
                return handle;
            }
            byte[] image = File.ReadAllBytes(path);
            VersionNeedPatcher.Rename(image, Aliases);
            return MemoryImage.Load(image, ShimFile);
        }
        catch (Exception exception) when (exception is BadImageFormatException or DllNotFoundException)
        {
            throw new LibTorchException(MissingLibTorch.DescribeFailure(path, exception.Message), exception);
        }
    }

    private static nint LoadFile(string path)
    {
        try
        {
            ElfFile.CheckComplete(path);
            return NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new LibTorchException(MissingLibTorch.DescribeFailure(path, exception.Message), exception);
        }
    }

    private static void Register(nint shim, nint core)
    {
        foreach (Assembly assembly in new[] { typeof(TorchSharp.torch).Assembly, typeof(LibTorchLoader).Assembly })
        {
            try
            {
                NativeLibrary.SetDllImportResolver(assembly, (name, _, _) => name switch
                    {
                        Shim => shim,
                        "torch_cpu" => core,
                        _ => 0,
                    });
            }
            catch (InvalidOperationException)
            {
                // The application has its own resolver; where it passes, dlopen finds the loaded library by its name.
            }
        }
    }

    private static void CheckElsewhere(IReadOnlyList<string> directories)
    {
        string file = OperatingSystem.IsWindows() ? "torch_cpu.dll" : "libtorch_cpu.dylib";
        if (
            NativeDirectories.Find(directories, file) is null
            && !NativeLibrary.TryLoad("torch_cpu", typeof(TorchSharp.torch).Assembly, searchPath: null, out _)
        )
        {
            throw new LibTorchException(MissingLibTorch.Describe(NativeDirectories.Platform, file, directories));
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetCEnvironment(string name, string value, int overwrite);
}
