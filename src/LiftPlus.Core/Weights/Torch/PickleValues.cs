using LiftPlus.Pickles;
using static TorchSharp.torch;

namespace LiftPlus.Weights.Torch;

/// <summary>Represents a run of elements of one type in the file.</summary>
internal sealed record PickleStorage(ScalarType Type, string Key, long Count);

/// <summary>Represents a tensor over part of a storage: element (i, j, ...) is at offset + i · strides[0] + j · strides[1] + ...</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);

/// <summary>Represents a TorchScript module: its attributes, without its code.</summary>
internal sealed class PickleModule
{
    public Dictionary<object, object> Attributes { get; set; } = PickleDictionary.Create();
}
