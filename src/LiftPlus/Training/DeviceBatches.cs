using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// Moves batches to the device one ahead: the next one is awaited and copied to the GPU on another thread while the step runs. TorchSharp
/// offers no CUDA streams, so the transfer takes its turn on the device's one stream, between the step's kernels.
/// </summary>
internal static class DeviceBatches
{
    public static IEnumerable<ImageBatch> OneAhead(IEnumerable<ImageBatch> batches, Device device) =>
        device.type == DeviceType.CPU ? batches : OneAhead(batches, batch => Move(batch, device));

    /// <summary>Returns the batches, each moved while the one before it is in use.</summary>
    internal static IEnumerable<ImageBatch> OneAhead(IEnumerable<ImageBatch> batches, Func<ImageBatch, ImageBatch> move)
    {
        using IEnumerator<ImageBatch> source = batches.GetEnumerator();
        Task<ImageBatch?> next = Task.Run(Take);
        try
        {
            while (next.GetAwaiter().GetResult() is ImageBatch batch)
            {
                next = Task.Run(Take);
                yield return batch;
            }
        }
        finally
        {
            ((IAsyncResult)next).AsyncWaitHandle.WaitOne(); // a failure of an unused batch must not hide another
            if (next.IsCompletedSuccessfully)
                next.Result?.Dispose();
        }

        ImageBatch? Take() => source.MoveNext() ? move(source.Current) : null;
    }

    // The copy is awaited on this thread: the loader's pinned memory goes back to the pool after it.
    private static ImageBatch Move(ImageBatch batch, Device device)
    {
        using (batch)
            return new ImageBatch(batch.Images.to(device), batch.Labels.to(device), batch.Indices);
    }
}
