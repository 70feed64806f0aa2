using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace LiftPlus.Weights.Torch;

/// <summary>What a kind of pickle is made of: the names it may refer to and what they make. Everything else is refused by name.</summary>
internal abstract class PickleNames
{
    /// <summary>What the file holds, for messages.</summary>
    public abstract string Content { get; }

    /// <summary>What to do about a file that wants more, for messages.</summary>
    public abstract string WayOut { get; }

    /// <summary>Whether runs of bytes, which Python 2's texts are too, are kept as such.</summary>
    public virtual bool KeepsBytes => false;

    /// <summary>Whether a pickle may name it at all: module and name, joined by a dot.</summary>
    public abstract bool IsAllowed(string name);

    /// <summary>What calling a name with arguments gives; null where the arguments do not suit it.</summary>
    public abstract object? Make(string name, object[] arguments);

    /// <summary>Gives an object its state; false where it has none or another.</summary>
    public abstract bool SetState(object target, object state);
}

/// <summary>The names of weight files.</summary>
/// <param name="isScript">Whether the file is a TorchScript archive, whose modules have types of their own.</param>
internal sealed class WeightNames(bool isScript) : PickleNames
{
    public override string Content => "weights";

    public override string WayOut => "convert it to safetensors where it was written";

    public override bool IsAllowed(string name) => PickleTypes.IsAllowed(name, isScript);

    public override object? Make(string name, object[] arguments) =>
        PickleTypes.IsScriptModule(name) ? new PickleModule() : PickleTypes.Make(name, arguments);

    public override bool SetState(object target, object state)
    {
        if (target is PickleModule module && state is Dictionary<object, object> attributes)
            module.Attributes = attributes;
        return target is PickleModule or Dictionary<object, object> or PickleTensor; // state_dict's own notes, hooks of a parameter: no weights
    }
}

/// <summary>The few names a weight file may refer to, and what they make.</summary>
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

    /// <summary>The storage class that holds elements of a type, or null if there is none.</summary>
    public static string? NameOf(ScalarType type) => s_storages.FirstOrDefault(storage => storage.Value == type).Key;

    /// <summary>Whether a pickle may name it at all.</summary>
    /// <param name="name">Module and name, joined by a dot.</param>
    /// <param name="isScript">Whether the file is a TorchScript archive, whose modules have types of their own.</param>
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

    /// <summary>What calling a name with arguments gives; null where the arguments do not suit it.</summary>
    public static object? Make(string name, object[] arguments) =>
        (name, arguments) switch
        {
            ("collections.OrderedDict", []) => NewDictionary(),
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

    /// <summary>An empty dictionary. Keys that a hostile file has chosen to collide are told apart as fast as any.</summary>
    public static Dictionary<object, object> NewDictionary() => new(KeyComparer.Instance);

    /// <summary>A storage from its persistent id ("storage", type, key, location, count, ...); null where it is none.</summary>
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
        if (
            Numbers(shape) is not long[] axes
            || Numbers(strides) is not long[] steps
            || axes.Length != steps.Length
            || axes.Length > MaxRank
            || offset < 0
        )
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
        return items is not null && items.All(item => item is long and >= 0) ? [.. items.Cast<long>()] : null;
    }

    private static Dictionary<object, object>? FromPairs(List<object> pairs)
    {
        Dictionary<object, object> result = NewDictionary();
        foreach (object pair in pairs)
        {
            if (pair is object[] and [object key, object value])
                result[key] = value;
            else if (pair is List<object> and [object listKey, object listValue])
                result[listKey] = listValue;
            else
                return null;
        }

        return result;
    }

    // Equal texts and numbers are equal keys; all else is a key of its own. Numbers hash with the process's own seed.
    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public static readonly KeyComparer Instance = new();

        public new bool Equals(object? one, object? other) =>
            (one, other) switch
            {
                (string text, string otherText) => text == otherText,
                (long number, long otherNumber) => number == otherNumber,
                (bool flag, bool otherFlag) => flag == otherFlag,
                _ => ReferenceEquals(one, other),
            };

        public int GetHashCode(object key) =>
            key switch
            {
                string text => text.GetHashCode(),
                long number => HashCode.Combine((int)number, (int)(number >> 32)), // both halves: a long's own hash is their exclusive or
                bool flag => flag ? 1 : 0,
                _ => RuntimeHelpers.GetHashCode(key),
            };
    }
}
