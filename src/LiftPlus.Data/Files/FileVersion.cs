using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Files;

/// <summary>Represents the state of an open file, so that writing to it while it is read is noticed.</summary>
/// <param name="Length">The number of bytes.</param>
/// <param name="Written">The time of the last writing.</param>
internal readonly partial record struct FileVersion(long Length, DateTime Written)
{
    private const int MostWaits = 100,
        CoarseClock = 5; // CLOCK_REALTIME_COARSE, from which Linux takes times of writing

    // From Linux 6.13 on, a time that was asked for differs from that of any later writing.
    private static readonly TimeSpan s_step =
        OperatingSystem.IsLinux() && Environment.OSVersion.Version < new Version(6, 13) ? StepOfLinux() : TimeSpan.Zero;

    /// <summary>Gets the present state.</summary>
    public static FileVersion Of(SafeFileHandle handle) => new(RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));

    /// <summary>
    /// Gets the state of a file from which any later writing differs. If it was written just now, this waits until the time has moved on.
    /// </summary>
    /// <exception cref="IOException">The file is written all the time.</exception>
    public static FileVersion Settle(SafeFileHandle handle)
    {
        for (int wait = 0; wait < MostWaits; wait++)
        {
            FileVersion version = Of(handle);
            if ((DateTime.UtcNow - version.Written).Duration() > s_step)
                return version;
            Thread.Sleep(s_step);
        }

        throw new IOException("it is being written. Read it when it is complete.");
    }

    private static TimeSpan StepOfLinux()
    {
        Span<long> step = stackalloc long[2]; // seconds and nanoseconds
        return Resolution(CoarseClock, ref MemoryMarshal.GetReference(step)) == 0
            ? TimeSpan.FromMicroseconds(step[1] / 1000 + 1)
            : TimeSpan.FromMilliseconds(10);
    }

    [LibraryImport("libc", EntryPoint = "clock_getres")]
    private static partial int Resolution(int clock, ref long step);
}
