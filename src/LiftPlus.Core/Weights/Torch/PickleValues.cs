using static TorchSharp.torch;

namespace LiftPlus.Weights.Torch;

/// <summary>Represents a name that a pickle refers to. Nothing is looked up or called by it.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>Represents a run of elements of one type in the file.</summary>
internal sealed record PickleStorage(ScalarType Type, string Key, long Count);

/// <summary>Represents a tensor over part of a storage: element (i, j, ...) is at offset + i · strides[0] + j · strides[1] + ...</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);

/// <summary>Represents bytes of the file that are not copied.</summary>
internal sealed record PickleBytes(long Offset, long Length);

/// <summary>Represents a TorchScript module: its attributes, without its code.</summary>
internal sealed class PickleModule
{
    public Dictionary<object, object> Attributes { get; set; } = PickleTypes.NewDictionary();
}

/// <summary>Represents Python's None.</summary>
internal sealed class PickleNone
{
    public static readonly PickleNone Value = new();

    private PickleNone() { }
}
