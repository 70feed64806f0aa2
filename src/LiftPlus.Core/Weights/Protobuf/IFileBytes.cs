namespace LiftPlus.Weights.Protobuf;

/// <summary>Gives the bytes of a file to a reader.</summary>
internal interface IFileBytes
{
    /// <summary>Gets the path of the file, for errors.</summary>
    string Path { get; }

    /// <summary>Returns bytes of the file. They are valid until the next call.</summary>
    ReadOnlySpan<byte> Bytes(long offset, int count);
}
