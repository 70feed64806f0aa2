namespace LiftPlus.Data;

/// <summary>Encoded bytes in pooled memory, to be read once. If they are never read, the garbage collector takes their memory.</summary>
internal sealed class BufferedImageSource(EncodedBytes bytes, string name) : ImageSource(name)
{
    internal override bool IsRepeatable => false;

    internal override EncodedBytes Read(long maxBytes = EncodedBytes.DefaultLimit) => bytes;
}
