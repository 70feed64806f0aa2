using LiftPlus.Files;

namespace LiftPlus.Weights.Protobuf;

/// <summary>Represents an open file, of which only parts are read.</summary>
internal sealed class FileOnDisk(SourceFile file) : IFileBytes
{
    public string Path => file.Path;

    public ReadOnlySpan<byte> Bytes(long offset, int count) => file.Bytes(offset, count);
}
