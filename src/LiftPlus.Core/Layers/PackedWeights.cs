using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Holds the packed weights of a model's linear layers. Each is packed when a prediction first needs it, and then serves predictions on any
/// thread. If a weight changes later, its packed copy is no longer used.
/// </summary>
internal sealed class PackedWeights : IDisposable
{
    private const int SampleCount = 16;

    private readonly ConcurrentDictionary<Tensor, Entry> _entries = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _packing = new();
    private readonly PackedProduct? _product;

    /// <summary>Creates an empty one.</summary>
    /// <param name="product">The product; null if libtorch offers none, and nothing is packed.</param>
    public PackedWeights(PackedProduct? product) => _product = product;

    /// <summary>
    /// Computes factor · x Wᵀ + biasFactor · b. Returns null where the caller has to compute it: with gradients, in types other than
    /// float32, on devices other than the CPU, for small layers, and for a weight that is computed from a layer's parameters.
    /// </summary>
    public Tensor? Apply(Tensor x, Tensor weight, Tensor? bias, float factor = 1, float biasFactor = 1)
    {
        if (_product is null || weight is not Parameter || is_grad_enabled() || !Suits(x, weight))
            return null;
        if (!_entries.TryGetValue(weight, out Entry? entry))
        {
            lock (_packing)
                entry = _entries.GetOrAdd(weight, _ => Pack(_product, weight, factor, x.numel() / x.shape[^1]));
        }

        if (entry.Factor != factor || !entry.Sample.AsSpan().SequenceEqual(Sample(weight)))
            return null;
        Tensor? scaled = bias is null || biasFactor == 1 ? bias : TensorMath.Scale(bias, biasFactor);
        return _product.Apply(x, entry.Packed, weight, scaled);
    }

    /// <summary>Frees the packed weights.</summary>
    public void Dispose()
    {
        foreach (Entry entry in _entries.Values)
            entry.Packed.Dispose();
        _entries.Clear();
    }

    private static bool Suits(Tensor x, Tensor weight) =>
        (x.dtype, weight.dtype) == (float32, float32)
        && x.device_type == DeviceType.CPU
        && Math.Min(weight.shape[0], weight.shape[1]) >= LinearProducts.Linear.LeastWidth;

    private static Entry Pack(PackedProduct product, Tensor weight, float factor, long rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scaled = factor == 1 ? weight : TensorMath.Scale(weight, factor);
        return new Entry(product.Pack(scaled, rows).DetachFromDisposeScope(), factor, Sample(weight));
    }

    // Training, loading and merging change all values of a weight, so a few of them tell.
    private static float[] Sample(Tensor weight)
    {
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(weight.bytes);
        float[] sample = new float[SampleCount];
        for (int i = 0; i < sample.Length; i++)
            sample[i] = values[(int)((long)i * (values.Length - 1) / (SampleCount - 1))];
        return sample;
    }

    private sealed record Entry(Tensor Packed, float Factor, float[] Sample);
}
