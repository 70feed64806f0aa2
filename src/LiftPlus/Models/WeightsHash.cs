using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;
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
    public static string Compute(Backbone backbone) =>
        Compute(
            backbone.named_parameters().Select(entry => Stored(entry.name, entry.parameter)),
            backbone.Origin?.ResampledFrom is not null
        );

    /// <summary>Hashes the parameters in the files of a backbone, one at a time; the same value as for the backbone.</summary>
    public static string Compute(BackboneReader files) =>
        Compute(Stored(files, name => !ExpectedTensors.IsBuffer(name)), files.Origin.ResampledFrom is not null);

    /// <summary>Hashes the running statistics of batch normalizations; null if there are none.</summary>
    // The count of batches changes no number, and some published files leave it out.
    public static string? OfStatistics(Backbone backbone) =>
        OfStatistics(
            backbone.named_buffers().Where(entry => entry.buffer.dtype == float32).Select(entry => Stored(entry.name, entry.buffer))
        );

    /// <inheritdoc cref="OfStatistics(Backbone)"/>
    public static string? OfStatistics(BackboneReader files) =>
        OfStatistics(Stored(files, name => ExpectedTensors.IsBuffer(name) && files.Tensors[name].Type == ScalarType.Float32));

    /// <summary>Hashes the position embedding in files that is resampled when they are loaded; null if none is.</summary>
    public static string? OfPositions(BackboneReader files)
    {
        if (files.Origin.ResampledFrom is null || files.Config.Image.Positions is not PositionGrid positions)
            return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        files.Read(positions.Key, hash.AppendData);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string? OfStatistics(IEnumerable<StoredValues> statistics)
    {
        StoredValues[] all = [.. statistics];
        return all.Length == 0 ? null : Compute(all, isResampled: false);
    }

    private static StoredValues Stored(string name, Tensor tensor) =>
        new(name, tensor.shape, read => TensorBytes.Read(tensor, read, float32));

    private static IEnumerable<StoredValues> Stored(BackboneReader files, Func<string, bool> isWanted) =>
        files
            .Tensors.Where(entry => isWanted(entry.Key))
            .Select(entry => new StoredValues(entry.Key, entry.Value.Shape, read => files.Read(entry.Key, read)));

    private static string Compute(IEnumerable<StoredValues> tensors, bool isResampled)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[8];
        foreach (
            (string name, long[] shape, Action<Action<ReadOnlySpan<byte>>> read) in tensors.OrderBy(t => t.Name, StringComparer.Ordinal)
        )
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            foreach (long axis in shape)
            {
                BinaryPrimitives.WriteInt64LittleEndian(length, axis);
                hash.AppendData(length);
            }

            if (!isResampled || !IsPositions(name))
                read(hash.AppendData);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsPositions(string name) =>
        name.StartsWith("image.", StringComparison.Ordinal) && name.EndsWith("pos_embed", StringComparison.Ordinal);

    private sealed record StoredValues(string Name, long[] Shape, Action<Action<ReadOnlySpan<byte>>> Read);
}
