using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace LiftPlus.Core.Tests.Weights;

/// <summary>Writes pickles operation by operation, and the files torch.save would put them in.</summary>
internal sealed class PickleBuilder
{
    private readonly MemoryStream _bytes = new();

    public static PickleBuilder Start() => new PickleBuilder().Op(0x80, 2);

    public byte[] Done() => Op('.')._bytes.ToArray();

    public PickleBuilder Op(params int[] bytes)
    {
        foreach (int value in bytes)
            _bytes.WriteByte((byte)value);
        return this;
    }

    public PickleBuilder Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text),
            length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op('X').Raw(length).Raw(utf8);
    }

    public PickleBuilder Number(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Op(0x8a, 8).Raw(bytes);
    }

    public PickleBuilder Global(string module, string name) => Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleBuilder Tuple(params long[] numbers)
    {
        Op('(');
        foreach (long number in numbers)
            Number(number);
        return Op('t');
    }

    /// <summary>A float32 tensor over a storage.</summary>
    public PickleBuilder Tensor(string key, long count, long offset, long[] shape, long[] strides, string storage = "FloatStorage") =>
        Global("torch._utils", "_rebuild_tensor_v2")
            .Op('(')
            .Op('(')
            .Text("storage")
            .Global("torch", storage)
            .Text(key)
            .Text("cpu")
            .Number(count)
            .Op('t', 'Q')
            .Number(offset)
            .Tuple(shape)
            .Tuple(strides)
            .Op(0x89)
            .Global("collections", "OrderedDict")
            .Op(')', 'R')
            .Op('t', 'R');

    public PickleBuilder Raw(byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>A zip file as torch.save lays it out.</summary>
    public static byte[] Archive(byte[] pickle, params (string Key, float[] Values)[] storages) =>
        Archive(pickle, CompressionLevel.NoCompression, [], storages);

    public static byte[] Archive(
        byte[] pickle,
        CompressionLevel compression,
        (string Name, byte[] Content)[] extra,
        params (string Key, float[] Values)[] storages
    )
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, ReadOnlySpan<byte> content)
            {
                using Stream entry = zip.CreateEntry("archive/" + name, compression).Open();
                entry.Write(content);
            }

            Add("data.pkl", pickle);
            foreach ((string key, float[] values) in storages)
                Add("data/" + key, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));
            foreach ((string name, byte[] content) in extra)
                Add(name, content);
            Add("version", "3\n"u8);
        }

        return stream.ToArray();
    }

    /// <summary>The file of PyTorch before 1.6: five pickles, then the storages.</summary>
    public static byte[] Legacy(byte[] pickle, bool isLittle, params (string Key, float[] Values)[] storages)
    {
        PickleBuilder file = new PickleBuilder()
            .Raw([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'])
            .Raw(Start().Number(1001).Done())
            .Raw(Start().Op('}').Text("little_endian").Op(isLittle ? 0x88 : 0x89, 's').Done())
            .Raw(pickle);
        PickleBuilder keys = Start().Op(']', '(');
        foreach ((string key, _) in storages)
            keys.Text(key);
        file.Raw(keys.Op('e').Done());
        foreach ((_, float[] values) in storages)
            file.Raw(BitConverter.GetBytes((long)values.Length))
                .Raw(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values).ToArray());
        return file._bytes.ToArray();
    }
}
