using System.Runtime.InteropServices;
using LiftPlus.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Processes;

/// <summary>
/// Computes the values of a dataset's batches, each batch in one process, and gives all of them to every process in the order of the
/// dataset. The batches are those of one process, and so are their values, bit for bit.
/// </summary>
internal static class SharedPass
{
    /// <summary>Reads the batches in the order of the dataset.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="loader">The loader of the whole dataset.</param>
    /// <param name="device">The device that the values are used on.</param>
    /// <param name="compute">Computes the values (B, K) of a batch, in float32.</param>
    /// <param name="use">Receives the positions of a batch's images and their values, inside a dispose scope.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static void ForEach(
        IProcessGroup group,
        BatchLoader loader,
        Device device,
        Func<ImageBatch, Tensor> compute,
        Action<IReadOnlyList<int>, Tensor> use,
        CancellationToken cancellationToken
    )
    {
        using IEnumerator<ImageBatch?> own = loader.ReadSome(0, 0, group.Rank, group.Count, cancellationToken).GetEnumerator();
        for (int first = 0; first < loader.BatchCount; first += group.Count)
        {
            if (group.IsAlone)
            {
                using DisposeScope scope = NewDisposeScope();
                using ImageBatch? batch = Next(own);
                if (batch is not null)
                    use(batch.Indices, compute(batch));
                continue;
            }

            foreach (byte[] computed in group.Gather(Pack(own, compute)))
            {
                if (computed.Length > 0)
                    Unpack(computed, device, use);
            }
        }
    }

    private static ImageBatch? Next(IEnumerator<ImageBatch?> batches) => batches.MoveNext() ? batches.Current : null;

    private static byte[] Pack(IEnumerator<ImageBatch?> batches, Func<ImageBatch, Tensor> compute)
    {
        using DisposeScope scope = NewDisposeScope();
        using ImageBatch? batch = Next(batches);
        if (batch is null)
            return [];
        int[] places = [batch.Count, .. batch.Indices];
        Tensor values = compute(batch).detach().to(float32).cpu().contiguous();
        return [.. MemoryMarshal.AsBytes<int>(places), .. values.bytes];
    }

    private static void Unpack(byte[] computed, Device device, Action<IReadOnlyList<int>, Tensor> use)
    {
        int count = MemoryMarshal.Read<int>(computed);
        Span<byte> ofPlaces = computed.AsSpan(sizeof(int), count * sizeof(int));
        float[] values = MemoryMarshal.Cast<byte, float>(computed.AsSpan(sizeof(int) + ofPlaces.Length)).ToArray();
        using DisposeScope scope = NewDisposeScope();
        use(MemoryMarshal.Cast<byte, int>(ofPlaces).ToArray(), tensor(values, [count, values.Length / count], device: device));
    }
}
