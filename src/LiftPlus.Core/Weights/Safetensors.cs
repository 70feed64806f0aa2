using System.Buffers.Binary;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>
/// Represents a safetensors file: an 8-byte little-endian header length, a JSON header, then the tensors' raw bytes. The file is mapped,
/// not read: a tensor takes memory only while it is used. The whole header is checked when the file is opened.
/// </summary>
public sealed partial class Safetensors : WeightSource
{
    private readonly MappedFile _file;
    private readonly SafetensorsHeader _header;

    private Safetensors(MappedFile file, SafetensorsHeader header)
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
        MappedFile file = new(path);
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

    /// <summary>Computes the SHA-256 of the open file, in lower-case hexadecimal.</summary>
    internal string Sha256() => _file.Sha256();

    internal static Safetensors Open(MappedFile file) => new(file, ReadHeader(file));

    internal override void Use(string name, Action<Tensor> use)
    {
        if (!Tensors.TryGetValue(name, out TensorInfo? info))
            throw new WeightFileException(Path, $"tensor '{name}' is missing. Tensors in the file: {Tensors.Count}.");
        _file.Use(info, use);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file.Dispose();

    private static SafetensorsHeader ReadHeader(MappedFile file)
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
