using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace LiftPlus.Onnx;

/// <summary>Builds a message in protobuf's wire format: as much of it as an ONNX file needs.</summary>
internal sealed class Protobuf
{
    private const int VarintType = 0,
        LengthType = 2,
        FixedType = 5;
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Gets the bytes so far. They are valid until more is added.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

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
        _bytes.Write(bytes);
        return this;
    }

    public Protobuf Text(int field, string value) => Content(field, Encoding.UTF8.GetBytes(value));

    public Protobuf Message(int field, Protobuf value) => Content(field, value.Bytes);

    /// <summary>Begins a field whose content of the given length the caller writes after these bytes.</summary>
    public Protobuf Begin(int field, long length)
    {
        Varint((ulong)field << 3 | LengthType);
        Varint((ulong)length);
        return this;
    }

    private Protobuf Content(int field, ReadOnlySpan<byte> value)
    {
        Begin(field, value.Length);
        _bytes.Write(value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            WriteByte((byte)(value | 0x80));
        WriteByte((byte)value);
    }

    private void WriteByte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
