using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace LiftPlus.Weights.Torch;

/// <summary>
/// Specifies what a kind of pickle may contain: the names it may refer to and what they create. Every other name is refused.
/// </summary>
internal abstract class PickleNames
{
    /// <summary>Gets what the file contains, for messages.</summary>
    public abstract string Content { get; }

    /// <summary>Gets what to do about a file that needs other names, for messages.</summary>
    public abstract string WayOut { get; }

    /// <summary>Gets whether runs of bytes, which include the texts of Python 2, are kept as bytes.</summary>
    public virtual bool KeepsBytes => false;

    /// <summary>Returns whether a pickle may refer to a name: module and name, joined by a dot.</summary>
    public abstract bool IsAllowed(string name);

    /// <summary>Returns the result of calling a name with arguments; null if the arguments do not fit.</summary>
    public abstract object? Make(string name, object[] arguments);

    /// <summary>Gives an object its state; false where it has none or another.</summary>
    public abstract bool SetState(object target, object state);
}

/// <summary>Gets the names of weight files.</summary>
/// <param name="isScript">Whether the file is a TorchScript archive, whose modules have their own types.</param>
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

    /// <summary>Creates an empty dictionary that stays fast even if a hostile file has chosen keys that collide.</summary>
    public static Dictionary<object, object> NewDictionary() => new(KeyComparer.Instance);

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
        Dictionary<object, object> result = NewDictionary();
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
