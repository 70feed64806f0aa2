using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace LiftPlus.Weights.Torch;

/// <summary>Writes the few steps of Python's pickle language (protocol 2) that a file of tensors needs.</summary>
#pragma warning disable CA1001 // a MemoryStream holds nothing but memory
internal sealed class Pickler
#pragma warning restore CA1001
{
    private readonly MemoryStream _steps = new();

    public Pickler() => Op(0x80, 2); // PROTO

    public Pickler EmptyDictionary() => Op('}');

    public Pickler OrderedDictionary() => Global("collections", "OrderedDict").Op(')', 'R');

    public Pickler Mark() => Op('(');

    public Pickler SetItems() => Op('u');

    public Pickler SetItem() => Op('s');

    public Pickler Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        Op('X');
        _steps.Write(length);
        _steps.Write(bytes);
        return this;
    }

    /// <summary>Appends a row-major tensor that covers a whole storage.</summary>
    public Pickler Tensor(int storage, Tensor tensor)
    {
        long[] shape = tensor.shape;
        Global("torch._utils", "_rebuild_tensor_v2").Mark();
        Mark()
            .Text("storage")
            .Global("torch", PickleTypes.NameOf(tensor.dtype)!["torch.".Length..])
            .Text(storage.ToString(CultureInfo.InvariantCulture))
            .Text("cpu")
            .Number(tensor.NumberOfElements)
            .Op('t', 'Q');
        Number(0).Numbers(shape).Numbers(StoredTensor.RowMajor(shape));
        return Op(0x89).OrderedDictionary().Op('t', 'R'); // needs no gradient, has no hooks
    }

    public ReadOnlySpan<byte> Stop()
    {
        Op('.');
        return _steps.GetBuffer().AsSpan(0, (int)_steps.Length);
    }

    private Pickler Numbers(long[] numbers)
    {
        Mark();
        foreach (long number in numbers)
            Number(number);
        return Op('t');
    }

    private Pickler Number(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        if (number is >= int.MinValue and <= int.MaxValue)
        {
            Op('J');
            _steps.Write(bytes[..4]);
        }
        else
        {
            Op(0x8a, 8); // LONG1
            _steps.Write(bytes);
        }

        return this;
    }

    private Pickler Global(string module, string name)
    {
        Op('c');
        _steps.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
        return this;
    }

    private Pickler Op(params ReadOnlySpan<int> codes)
    {
        foreach (int code in codes)
            _steps.WriteByte((byte)code);
        return this;
    }
}
