using TorchSharp;
using Xunit;

namespace LiftPlus.TestSupport;

/// <summary>The tensors of this process that nobody has disposed: for tests that run alone.</summary>
public static class LiveTensors
{
    /// <summary>How many there are, without those that other tests left to the collector.</summary>
    public static long Count()
    {
        for (int i = 0; i < 2; i++) // a finalizer may let go of more
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return torch.Tensor.TotalCount;
    }

    /// <summary>There are so many, at the latest when threads that still have an image in hand, for which nobody waits, have given their batch back.</summary>
    public static void AssertBecome(long expected) =>
        Assert.True(
            SpinWait.SpinUntil(() => Count() == expected, TimeSpan.FromSeconds(30)),
            $"{expected} tensors expected, {Count()} there"
        );
}
