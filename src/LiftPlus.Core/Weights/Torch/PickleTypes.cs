using LiftPlus.Pickles;
using static TorchSharp.torch;

namespace LiftPlus.Weights.Torch;

/// <summary>Gets the names of weight files.</summary>
/// <param name="isScript">Whether the file is a TorchScript archive, whose modules have their own types.</param>
internal sealed class WeightNames(bool isScript) : PickleNames
{
    private readonly Dictionary<string, PickleStorage> _storages = [];

    public override string Content => "weights";

    public override string WayOut => "convert it to safetensors where it was written";

    public override bool IsAllowed(string name) => PickleTypes.IsAllowed(name, isScript);

    public override object? Make(string name, object[] arguments) =>
        PickleTypes.IsScriptModule(name) ? new PickleModule() : PickleTypes.Make(name, arguments);

    /// <summary>Gets every storage that was mentioned.</summary>
    public IEnumerable<string> StorageKeys => _storages.Keys;

    /// <summary>Gets the storage of a key as it was first mentioned.</summary>
    public PickleStorage? StorageOf(string key) => _storages.GetValueOrDefault(key);

    public override object? Persistent(object id)
    {
        PickleStorage? storage = PickleTypes.Storage(id);
        if (storage is not null)
            _storages.TryAdd(storage.Key, storage);
        return storage;
    }

    public override bool SetState(object target, object state)
    {
        if (target is PickleModule module && state is Dictionary<object, object> attributes)
            module.Attributes = attributes;
        return target is PickleModule or Dictionary<object, object> or PickleTensor; // notes and hooks are not weights
    }
}

/// <summary>Defines the few names that a weight file may refer to, and what they create.</summary>
internal static class PickleTypes
{
    private const int MaxRank = 32,
        MaxKey = 1000;

    private static readonly Dictionary<string, ScalarType> s_storages = new()
    {
        ["torch.DoubleStorage"] = ScalarType.Float64,
        ["torch.FloatStorage"] = ScalarType.Float32,
        ["torch.HalfStorage"] = ScalarType.Float16,
        ["torch.BFloat16Storage"] = ScalarType.BFloat16,
        ["torch.LongStorage"] = ScalarType.Int64,
        ["torch.IntStorage"] = ScalarType.Int32,
        ["torch.ShortStorage"] = ScalarType.Int16,
        ["torch.CharStorage"] = ScalarType.Int8,
        ["torch.ByteStorage"] = ScalarType.Byte,
        ["torch.BoolStorage"] = ScalarType.Bool,
    };

    /// <summary>Returns the storage class of an element type, or null if there is none.</summary>
    public static string? NameOf(ScalarType type) => s_storages.FirstOrDefault(storage => storage.Value == type).Key;

    /// <summary>Returns whether a pickle may refer to a name.</summary>
    /// <param name="name">Module and name, joined by a dot.</param>
    /// <param name="isScript">Whether the file is a TorchScript archive, whose modules have their own types.</param>
    public static bool IsAllowed(string name, bool isScript) =>
        s_storages.ContainsKey(name)
        || name
            is "collections.OrderedDict"
                or "torch._utils._rebuild_tensor_v2"
                or "torch._utils._rebuild_tensor"
                or "torch._utils._rebuild_parameter"
                or "torch.Size"
        || (
            isScript
            && (
                IsScriptModule(name)
                || name
                    is "torch.jit._pickle.build_intlist"
                        or "torch.jit._pickle.build_doublelist"
                        or "torch.jit._pickle.build_boollist"
                        or "torch.jit._pickle.build_tensorlist"
                        or "torch.jit._pickle.restore_type_tag"
            )
        );

    public static bool IsScriptModule(string name) => name.StartsWith("__torch__.", StringComparison.Ordinal);

    /// <summary>Returns the result of calling a name with arguments; null if the arguments do not fit.</summary>
    public static object? Make(string name, object[] arguments) =>
        (name, arguments) switch
        {
            ("collections.OrderedDict", []) => PickleDictionary.Create(),
            ("collections.OrderedDict", [List<object> pairs]) => FromPairs(pairs),
            ("torch._utils._rebuild_tensor_v2", [PickleStorage storage, long offset, object shape, object strides, ..]) => Tensor(
                storage,
                offset,
                shape,
                strides
            ),
            ("torch._utils._rebuild_tensor", [PickleStorage storage, long offset, object shape, object strides]) => Tensor(
                storage,
                offset,
                shape,
                strides
            ),
            ("torch._utils._rebuild_parameter", [PickleTensor data, ..]) => data,
            ("torch.Size", [object sizes]) => sizes,
            (
                "torch.jit._pickle.restore_type_tag"
                    or "torch.jit._pickle.build_intlist"
                    or "torch.jit._pickle.build_doublelist"
                    or "torch.jit._pickle.build_boollist"
                    or "torch.jit._pickle.build_tensorlist",
                [object value, ..]
            ) => value,
            _ => null,
        };

    /// <summary>Creates a storage from its persistent id ("storage", type, key, location, count, ...); null if it is not one.</summary>
    public static PickleStorage? Storage(object id) =>
        id is object[] and ["storage", PickleGlobal type, string { Length: <= MaxKey } key, string, long count, .. object[] rest]
        && rest is [] or [PickleNone]
        && s_storages.TryGetValue(type.Name, out ScalarType element)
        && count >= 0
        && count <= long.MaxValue / 8
            ? new PickleStorage(element, key, count)
            : null;

    // No tensor may reach outside its storage, nor spread over more elements than the storage has (an expanded tensor).
    private static PickleTensor? Tensor(PickleStorage storage, long offset, object shape, object strides)
    {
        if (Numbers(shape) is not long[] axes || Numbers(strides) is not long[] steps || axes.Length != steps.Length || offset < 0)
            return null;
        UInt128 last = (UInt128)offset;
        for (int i = 0; i < axes.Length; i++)
        {
            if (axes[i] > 0 && (last += (UInt128)(axes[i] - 1) * (UInt128)steps[i]) > long.MaxValue)
                return null;
        }

        if (TensorInfo.Count(axes) is not long elements)
            return null;

        bool fits = elements == 0 ? offset <= storage.Count : last < (UInt128)storage.Count && elements <= storage.Count;
        return fits ? new PickleTensor(storage, offset, axes, steps) : null;
    }

    private static long[]? Numbers(object value)
    {
        IReadOnlyList<object>? items = value switch
        {
            object[] tuple => tuple,
            List<object> list => list,
            _ => null,
        };
        return items?.Count <= MaxRank && items.All(item => item is long and >= 0) ? [.. items.Cast<long>()] : null;
    }

    private static Dictionary<object, object>? FromPairs(List<object> pairs)
    {
        Dictionary<object, object> result = PickleDictionary.Create();
        foreach (object pair in pairs)
        {
            if (
                pair is not ((object[] or List<object>) and IReadOnlyList<object> { Count: 2 } parts)
                || parts[0] is string { Length: > MaxKey }
            )
                return null;
            result[parts[0]] = parts[1];
        }

        return result;
    }
}
