using System.Runtime.InteropServices;
using LiftPlus.Weights;
using LiftPlus.Weights.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Onnx;

/// <summary>
/// Collects the operators and constants of an ONNX file. Values are known by their names; a module that is written
/// (<see cref="IOnnxModule"/>) receives the names of its inputs and returns that of its result.
/// </summary>
public sealed partial class OnnxGraph : IDisposable
{
    private readonly Protobuf _nodes = new();
    private readonly List<OnnxConstant> _constants = [];
    private readonly Dictionary<string, string> _lists = [];
    private readonly Dictionary<Tensor, string> _tensorNames = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<OnnxName, string> _named = [];
    private readonly List<Tensor> _kept = [];
    private readonly List<(string Name, Func<Tensor> Value)> _halves = [];
    private readonly OnnxWeights _weights;
    private int _names;
    private bool _isDisposed;

    internal OnnxGraph(int opset, OnnxWeights weights) => (Opset, _weights) = (opset, weights);

    /// <summary>Gets the version of ONNX's operators that the file declares.</summary>
    public int Opset { get; }

    /// <summary>Gets the operators, inputs and outputs as fields of a GraphProto.</summary>
    internal ReadOnlySpan<byte> Nodes => _nodes.Bytes;

    internal IReadOnlyList<OnnxConstant> Constants => _constants;

    /// <summary>Gets whether an operator of ONNX Runtime is used.</summary>
    internal bool UsesMicrosoft { get; private set; }

    /// <summary>Gets the names of the adapters that are separate operators.</summary>
    internal SortedSet<string> Adapters { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets why parts of the model cannot be written.</summary>
    internal List<string> Refusals { get; } = [];

    /// <summary>Adds a tensor of float32 values, which are read when the file is written.</summary>
    /// <returns>The name of the constant.</returns>
    public string Constant(Tensor value)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Tensor alias = value.detach().DetachFromDisposeScope();
        _kept.Add(alias);
        return Constant(value.shape, () => alias, NameOf(value));
    }

    /// <summary>Lets constants have the names that tensors have in a module, so that the file can be read back.</summary>
    internal void NameAfter(nn.Module module)
    {
        foreach ((string name, Tensor tensor) in module.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter)))
            _tensorNames[tensor] = name;
        foreach ((string name, Tensor tensor) in module.named_buffers().Select(entry => (entry.name, entry.buffer)))
            _tensorNames[tensor] = name;
    }

    /// <summary>Adds a list of integers, such as a shape or axes.</summary>
    /// <returns>The name of the constant.</returns>
    public string Constant(params long[] values)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        string key = string.Join(' ', values);
        if (!_lists.TryGetValue(key, out string? name))
        {
            long[] copy = [.. values];
            name = _lists[key] = Add(OnnxType.Int64, [copy.Length], stream => stream.Write(MemoryMarshal.AsBytes(copy.AsSpan())));
        }

        return name;
    }

    /// <summary>Adds an operator of ONNX with one output.</summary>
    /// <param name="type">The operator, such as "MatMul".</param>
    /// <param name="inputs">The names of its inputs; an empty name leaves out an optional one.</param>
    /// <param name="attributes">Its attributes: each a float, an int, a long, a string or an array of long.</param>
    /// <returns>The name of the output.</returns>
    /// <exception cref="LiftPlusException">The type of an attribute's value is another one.</exception>
    public string Apply(string type, string[] inputs, params (string Name, object Value)[] attributes) =>
        Operator("", type, inputs, 1, attributes)[0];

    /// <summary>Adds an operator of ONNX with several outputs.</summary>
    internal string[] Apply(string type, string[] inputs, int outputs, params (string Name, object Value)[] attributes) =>
        Operator("", type, inputs, outputs, attributes);

    /// <summary>Declares an input of the file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="shape">Its axes: a number, or the name of a size that the caller chooses.</param>
    internal string Input(string name, OnnxType type, params object[] shape)
    {
        _nodes.Message(OnnxFields.Input, OnnxMessages.Value(name, type, shape));
        return name;
    }

    /// <summary>Declares an output of the file, float32.</summary>
    internal void Output(string name, string value, params object[] shape)
    {
        _nodes.Message(OnnxFields.Node, OnnxMessages.Node("", "Identity", [value], [name], []));
        _nodes.Message(OnnxFields.Output, OnnxMessages.Value(name, OnnxType.Float, shape));
    }

    /// <summary>Writes a module of the library or of the user. One that cannot be written is added to <see cref="Refusals"/>.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">What it is, for the message.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <returns>The name of its result.</returns>
    internal string Module(object module, string name, params string[] inputs)
    {
        if (module is IOnnxModule writable)
            return writable.Write(this, inputs);
        Refusals.Add($"{name} ({module.GetType().Name}) does not implement {nameof(IOnnxModule)}");
        return inputs[^1];
    }

    /// <summary>Frees the handles of the tensors, when the file is written.</summary>
    void IDisposable.Dispose()
    {
        foreach (Tensor tensor in _kept)
            tensor.Dispose();
        _kept.Clear();
        _isDisposed = true;
    }

    /// <summary>Refuses weights that the chosen type has no room for.</summary>
    internal void CheckRange()
    {
        FiniteValues finite = new(float16);
        foreach ((string name, Func<Tensor> value) in _halves)
        {
            using DisposeScope scope = NewDisposeScope();
            finite.Add(name, value());
        }

        if (finite.Problem is string problem)
            Refusals.Add($"float16 has no room for some weights: {problem.TrimEnd('.')}; use {nameof(OnnxWeights.Float32)}");
    }

    /// <summary>Adds a tensor that is computed when the file is written. Matrices have the chosen type of weights.</summary>
    internal string Constant(long[] shape, Func<Tensor> value, OnnxName? name = null)
    {
        if (name is not null && _named.TryGetValue(name, out string? earlier))
            return earlier;
        string constant =
            _weights != OnnxWeights.Float16 || shape.Length < 2
                ? Add(OnnxType.Float, shape, stream => Write(stream, value, float32), name)
                : Half(shape, value, name);
        if (name is not null)
            _named.Add(name, constant);
        return constant;
    }

    private string Half(long[] shape, Func<Tensor> value, OnnxName? name)
    {
        string half = Add(OnnxType.Float16, shape, stream => Write(stream, value, float16), name);
        _halves.Add((half, value));
        return Apply("Cast", [half], ("to", (long)OnnxType.Float));
    }

    private string Add(OnnxType type, long[] shape, Action<Stream> write, OnnxName? tensor = null)
    {
        string name = tensor?.ToString() ?? $"{OnnxName.Unnamed}{_names++}";
        _constants.Add(new OnnxConstant(name, type, shape, write));
        return name;
    }

    private OnnxName? NameOf(Tensor value, (long Start, long End)? rows = null) =>
        _tensorNames.TryGetValue(value, out string? name) ? new OnnxName(name, rows) : null;

    private static void Write(Stream stream, Func<Tensor> value, ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        TensorBytes.Read(value(), stream.Write, type);
    }

    private string[] Operator(string domain, string type, string[] inputs, int outputs, (string Name, object Value)[] attributes)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => $"{type}_{_names++}")];
        _nodes.Message(OnnxFields.Node, OnnxMessages.Node(domain, type, inputs, names, attributes));
        return names;
    }
}
