namespace LiftPlus.Weights.Protobuf;

/// <summary>Represents a small file that was read completely.</summary>
/// <param name="Path">The path of the file, for errors.</param>
/// <param name="All">All of its bytes.</param>
internal sealed record FileInMemory(string Path, byte[] All) : IFileBytes
{
    public ReadOnlySpan<byte> Bytes(long offset, int count) => All.AsSpan((int)offset, count);
}
