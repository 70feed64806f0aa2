using static TorchSharp.torch;

namespace LiftPlus.Weights.Torch;

/// <summary>A name that a pickle refers to; nothing is looked up or called by it.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>A run of elements of one type in the file.</summary>
internal sealed record PickleStorage(ScalarType Type, string Key, long Count);

/// <summary>A tensor over part of a storage: element (i, j, ...) is at offset + i · strides[0] + j · strides[1] + ...</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);

/// <summary>Bytes of the file, left where they are.</summary>
internal sealed record PickleBytes(long Offset, long Length);

/// <summary>A TorchScript module: its attributes and nothing of its code.</summary>
internal sealed class PickleModule
{
    public Dictionary<object, object> Attributes { get; set; } = PickleTypes.NewDictionary();
}

/// <summary>Python's None.</summary>
internal sealed class PickleNone
{
    public static readonly PickleNone Value = new();

    private PickleNone() { }
}
