using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Computes the SHA-256 of a backbone's tensors: name, shape and float32 values, by name. It does not depend on the file format they came
/// in.
/// </summary>
internal static class WeightsHash
{
    /// <summary>
    /// Hashes the parameters of a backbone that has nothing attached yet. Of a resampled position embedding only name and shape count,
    /// because its last bits depend on the processor.
    /// </summary>
    public static string Compute(Backbone backbone)
    {
        bool isResampled = backbone.Origin?.ResampledFrom is not null;
        return Compute(backbone.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter)), name =>
            !isResampled || !name.StartsWith("image.", StringComparison.Ordinal) || !name.EndsWith("pos_embed", StringComparison.Ordinal)
        );
    }

    /// <summary>Hashes the running statistics of batch normalizations; null if there are none.</summary>
    public static string? OfStatistics(Backbone backbone)
    {
        // The count of batches changes no number, and some published files leave it out.
        (string, Tensor)[] statistics =
        [
            .. backbone.named_buffers().Where(entry => entry.buffer.dtype == float32).Select(entry => (entry.name, entry.buffer)),
        ];
        return statistics.Length == 0 ? null : Compute(statistics, _ => true);
    }

    private static string Compute(IEnumerable<(string Name, Tensor Tensor)> tensors, Func<string, bool> hasValues)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[8];
        foreach ((string name, Tensor tensor) in tensors.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            foreach (long axis in tensor.shape)
            {
                BinaryPrimitives.WriteInt64LittleEndian(length, axis);
                hash.AppendData(length);
            }

            if (hasValues(name))
                TensorBytes.Read(tensor, hash.AppendData, float32);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
