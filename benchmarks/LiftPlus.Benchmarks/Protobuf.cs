using System.Buffers.Binary;
using System.Text;

namespace LiftPlus.Benchmarks;

/// <summary>A message in protobuf's wire format: as much of it as an ONNX file needs.</summary>
internal sealed class Protobuf
{
    private const int VarintType = 0;
    private const int LengthType = 2;
    private const int FixedType = 5;
    private readonly MemoryStream _stream = new();

    public Protobuf Integer(int field, long value)
    {
        Varint((ulong)field << 3 | VarintType);
        Varint((ulong)value);
        return this;
    }

    public Protobuf Single(int field, float value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        Varint((ulong)field << 3 | FixedType);
        _stream.Write(bytes);
        return this;
    }

    public Protobuf Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)field << 3 | LengthType);
        Varint((ulong)value.Length);
        _stream.Write(value);
        return this;
    }

    public Protobuf Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public Protobuf Message(int field, Protobuf value) => Bytes(field, value._stream.GetBuffer().AsSpan(0, (int)value._stream.Length));

    public byte[] ToArray() => _stream.ToArray();

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _stream.WriteByte((byte)(value | 0x80));
        _stream.WriteByte((byte)value);
    }
}
