using TorchSharp;
using Xunit;

namespace LiftPlus.TestSupport;

/// <summary>Counts the undisposed tensors of this process, in tests that run alone.</summary>
public static class LiveTensors
{
    /// <summary>Returns the number of live tensors, without those that the garbage collector can free.</summary>
    public static long Count()
    {
        for (int i = 0; i < 2; i++) // a finalizer may release more
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return torch.Tensor.TotalCount;
    }

    /// <summary>Asserts the number of live tensors. It waits for background threads that still hold a batch.</summary>
    public static void AssertBecome(long expected) =>
        Assert.True(
            SpinWait.SpinUntil(() => Count() == expected, TimeSpan.FromSeconds(30)),
            $"{expected} live tensors expected, {Count()} found"
        );
}
