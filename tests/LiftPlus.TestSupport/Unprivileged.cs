using System.Runtime.InteropServices;
using Xunit;

namespace LiftPlus.TestSupport;

/// <summary>Runs code without the rights of an administrator, who may read every folder. Linux only.</summary>
public static class Unprivileged
{
    /// <summary>Runs an action on a thread without capabilities.</summary>
    public static Task Run(Action action) =>
        Task.Factory.StartNew(
            () =>
            {
                // The capabilities of a separate thread, which ends with the action.
                Assert.Equal(0, SetCapabilities([0x20080522, 0], new uint[6]));
                action();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    [DllImport("libc", EntryPoint = "capset")]
    private static extern int SetCapabilities(uint[] header, uint[] none);
}
