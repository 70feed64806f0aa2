using System.Buffers.Binary;
using LiftPlus.Files;

namespace LiftPlus.Weights;

/// <summary>
/// Represents a safetensors file: an 8-byte little-endian header length, a JSON header, then the tensors' raw bytes. The header is
/// read and checked when the file is opened, a tensor when it is asked for.
/// </summary>
public sealed partial class Safetensors : WeightSource
{
    private readonly SourceFile _file;
    private readonly SafetensorsHeader _header;

    private Safetensors(SourceFile file, SafetensorsHeader header)
        : base(file.Path) => (_file, _header) = (file, header);

    /// <inheritdoc/>
    public override string Format => "safetensors";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _header.Tensors;

    /// <summary>Gets the file's own notes, for example its origin.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="WeightFileException">The file is missing, cut short, or its header is wrong.</exception>
    public static Safetensors Open(string path)
    {
        SourceFile file = new(path);
        try
        {
            return Open(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    internal static Safetensors Open(SourceFile file) => new(file, ReadHeader(file));

    internal override StoredTensor Find(string name) =>
        Tensors.TryGetValue(name, out TensorInfo? info)
            ? new StoredTensor(_file, info.DataType, info.Offset, [.. info.Shape])
            : throw new WeightFileException(Path, $"tensor '{name}' is missing. Tensors in the file: {Tensors.Count}.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file.Dispose();

    private static SafetensorsHeader ReadHeader(SourceFile file)
    {
        if (file.Length < SafetensorsHeader.PrefixLength)
        {
            throw new WeightFileException(
                file.Path,
                $"the file has {file.Length} bytes; a safetensors file begins with an 8-byte header length. " + "Fetch the file again."
            );
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Bytes(0, SafetensorsHeader.PrefixLength));
        if (length > SafetensorsHeader.MaxLength)
        {
            throw new WeightFileException(
                file.Path,
                $"the header length at byte 0 is {length}, above the limit of {SafetensorsHeader.MaxLength}. "
                    + "Check that this is a safetensors file."
            );
        }

        if ((long)length > file.Length - SafetensorsHeader.PrefixLength)
        {
            throw new WeightFileException(
                file.Path,
                $"the header length at byte 0 is {length}, but only {file.Length - SafetensorsHeader.PrefixLength} "
                    + "bytes follow. The file was cut short: fetch it again."
            );
        }

        return SafetensorsHeader.Parse(file.Path, file.Bytes(SafetensorsHeader.PrefixLength, (int)length), file.Length);
    }
}
