namespace LiftPlus.Data;

/// <summary>An image in a file, or in a part of one.</summary>
internal sealed class FileImageSource(string name, string file, (long Offset, long Length)? part = null) : ImageSource(name)
{
    public override long? EncodedLength => part?.Length ?? (new FileInfo(file) is { Exists: true } found ? found.Length : null);

    internal override bool MayRecover => true;

    internal override EncodedBytes Read(long maxBytes = EncodedBytes.DefaultLimit) => EncodedBytes.Read(Name, file, part, maxBytes);

    internal override EncodedBytes ReadEnds(int first, int last) => EncodedBytes.ReadEnds(Name, file, part, first, last);

    public override bool Equals(object? obj) => obj is FileImageSource other && (Name, file, part) == (other.Name, other.File, other.Part);

    public override int GetHashCode() => HashCode.Combine(Name, part);

    private string File => file;

    private (long, long)? Part => part;
}
