namespace LiftPlus.Data;

/// <summary>An image's encoded bytes in memory.</summary>
internal sealed class MemoryImageSource(ReadOnlyMemory<byte> encoded, string name) : ImageSource(name)
{
    public override long? EncodedLength => encoded.Length;

    internal override EncodedBytes Read(long maxBytes = EncodedBytes.DefaultLimit) =>
        encoded.Length <= maxBytes ? new EncodedBytes(encoded) : throw EncodedBytes.TooLarge(Name, encoded.Length, maxBytes);
}
