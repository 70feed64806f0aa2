using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LiftPlus.TestSupport;

/// <summary>Represents a tensor of a golden file, as stored.</summary>
/// <param name="DType">The name in the header: F32, F64, F16, I64, U8, BOOL.</param>
/// <param name="Shape">The sizes; empty for a scalar.</param>
/// <param name="Data">The raw little-endian row-major bytes.</param>
public sealed record GoldenTensor(string DType, long[] Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Gets the number of elements.</summary>
    public int Count => (int)Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Returns the raw values; the type must match the stored type.</summary>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(Data.Span);
        return values.Length == Count ? values : throw new InvalidDataException($"{DType} {Count} elements read as {typeof(T).Name}.");
    }

    /// <summary>Returns floating-point values as float32.</summary>
    public float[] Floats() =>
        DType switch
        {
            "F32" => Values<float>().ToArray(),
            "F16" => [.. Values<Half>().ToArray().Select(value => (float)value)],
            "F64" => [.. Values<double>().ToArray().Select(value => (float)value)],
            _ => throw new InvalidDataException($"{DType} is not a floating-point type."),
        };

    /// <summary>Returns integer values as int64.</summary>
    public long[] Integers() =>
        DType switch
        {
            "I64" => Values<long>().ToArray(),
            "I32" => [.. Values<int>().ToArray().Select(value => (long)value)],
            "U8" or "BOOL" => [.. Values<byte>().ToArray().Select(value => (long)value)],
            _ => throw new InvalidDataException($"{DType} is not an integer type."),
        };
}

/// <summary>Reads safetensors files independently of the library, so that a mistake in one reader cannot hide in the other.</summary>
public sealed class GoldenFile
{
    private readonly Dictionary<string, GoldenTensor> _tensors;

    private GoldenFile(string path, Dictionary<string, GoldenTensor> tensors)
    {
        Path = path;
        _tensors = tensors;
    }

    /// <summary>Gets the path of the file.</summary>
    public string Path { get; }

    /// <summary>Gets the tensor names in the order of the header.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>Gets a tensor by name.</summary>
    public GoldenTensor this[string name] =>
        _tensors.TryGetValue(name, out GoldenTensor? tensor) ? tensor : throw new KeyNotFoundException($"{Path} has no tensor '{name}'.");

    /// <summary>Returns whether the file contains the tensor.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>Reads a whole file: 8-byte header length, JSON header, data.</summary>
    public static GoldenFile Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int header = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        var tensors = new Dictionary<string, GoldenTensor>();
        using JsonDocument document = JsonDocument.Parse(file.AsMemory(8, header));
        foreach (JsonProperty entry in document.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
                continue;
            long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            int begin = entry.Value.GetProperty("data_offsets")[0].GetInt32();
            int end = entry.Value.GetProperty("data_offsets")[1].GetInt32();
            tensors.Add(
                entry.Name,
                new GoldenTensor(entry.Value.GetProperty("dtype").GetString()!, shape, file.AsMemory(8 + header + begin, end - begin))
            );
        }

        return new GoldenFile(path, tensors);
    }
}
