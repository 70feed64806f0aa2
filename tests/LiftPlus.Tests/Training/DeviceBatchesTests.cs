using LiftPlus.Training;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Training;

public sealed class DeviceBatchesTests
{
    [Fact]
    public void TheNextBatchIsMovedWhileOneIsInUse_AndOrderStays()
    {
        var moved = new SemaphoreSlim(0);
        List<int> order = [];
        foreach (ImageBatch batch in DeviceBatches.OneAhead(Batches(5), batch =>
            {
                moved.Release();
                return batch;
            }))
        {
            order.Add(batch.Indices[0]);
            Assert.True(moved.Wait(TimeSpan.FromSeconds(30))); // its own
            if (batch.Indices[0] < 4)
            {
                Assert.True(moved.Wait(TimeSpan.FromSeconds(30)), "The next was not moved while this one is in use.");
                moved.Release();
            }

            batch.Dispose();
        }

        Assert.Equal([0, 1, 2, 3, 4], order);
    }

    [Fact]
    public void LeavingEarly_FreesWhatWasMoved_AndFailuresComeThrough()
    {
        int freed = 0;
        IEnumerable<ImageBatch> Counted() => Batches(5, () => Interlocked.Increment(ref freed));
        foreach (ImageBatch batch in DeviceBatches.OneAhead(Counted(), batch => batch))
        {
            batch.Dispose();
            break;
        }

        Assert.Equal(2, freed);
        var failure = Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (
                ImageBatch batch in DeviceBatches.OneAhead(Batches(5), batch =>
                    batch.Indices[0] == 2 ? throw new InvalidOperationException("no memory") : batch
                )
            )
                batch.Dispose();
        });
        Assert.Equal("no memory", failure.Message);
    }

    private static IEnumerable<ImageBatch> Batches(int count, Action? disposed = null)
    {
        for (int i = 0; i < count; i++)
            yield return new ImageBatch(
                zeros(1, 3, 2, 2).DetachFromDisposeScope(),
                zeros(1, int64).DetachFromDisposeScope(),
                [i],
                new Lease(disposed)
            );
    }

    private sealed class Lease(Action? disposed) : IDisposable
    {
        public void Dispose() => disposed?.Invoke();
    }
}
