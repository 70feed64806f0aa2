using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Computes the SHA-256 of a backbone's tensors: name, shape and float32 values, by name. It does not depend on the file format they came
/// in. Of a resampled position embedding only name and shape count, because its last bits depend on the processor.
/// </summary>
internal static class WeightsHash
{
    /// <summary>Hashes a backbone that has nothing attached yet.</summary>
    public static string Compute(Backbone backbone)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[8];
        foreach ((string name, Parameter parameter) in backbone.named_parameters().OrderBy(entry => entry.name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            foreach (long axis in parameter.shape)
            {
                BinaryPrimitives.WriteInt64LittleEndian(length, axis);
                hash.AppendData(length);
            }

            if (
                name.EndsWith("pos_embed", StringComparison.Ordinal)
                && name.StartsWith("image.", StringComparison.Ordinal)
                && backbone.Origin?.ResampledFrom is not null
            )
                continue;
            TensorBytes.Read(parameter, hash.AppendData, float32);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
