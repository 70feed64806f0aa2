using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>An ONNX graph in the making: operators and constants, each named by its number.</summary>
internal sealed class OnnxGraph
{
    // Fields of onnx.proto's messages, and its numbers for types.
    private const int Version = 8;
    private const int Operators = 17;
    private const int FloatType = 1;
    private const int IntegerType = 7;
    private readonly Protobuf _graph = new Protobuf().Text(2, "graph");
    private int _names;

    /// <summary>A constant of a tensor's values.</summary>
    public string Constant(Tensor value)
    {
        using Tensor dense = value.detach().to(float32).contiguous();
        return Constant(FloatType, dense.shape, dense.bytes);
    }

    /// <summary>A constant list of integers.</summary>
    public string Constant(params long[] values) => Constant(IntegerType, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>An operator's only output.</summary>
    public string Apply(string type, string[] inputs, params (string Name, object Value)[] attributes) =>
        ApplyOf("", type, inputs, attributes);

    /// <summary>The only output of an operator of another set than ONNX's own.</summary>
    public string ApplyOf(string domain, string type, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string output = NextName();
        var node = new Protobuf();
        foreach (string input in inputs)
            node.Text(1, input);
        node.Text(2, output).Text(4, type).Text(7, domain);
        foreach ((string name, object value) in attributes)
            node.Message(5, Attribute(name, value));
        _graph.Message(1, node);
        return output;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Finish(string input, long[] inputShape, string output, long[] outputShape)
    {
        _graph.Message(11, Described(input, inputShape)).Message(12, Described(output, outputShape));
        return new Protobuf()
            .Integer(1, Version)
            .Message(7, _graph)
            .Message(8, new Protobuf().Text(1, "").Integer(2, Operators))
            .Message(8, new Protobuf().Text(1, "com.microsoft").Integer(2, 1))
            .ToArray();
    }

    private string NextName() => $"n{_names++}";

    private string Constant(int type, long[] shape, ReadOnlySpan<byte> data)
    {
        string name = NextName();
        var tensor = new Protobuf();
        foreach (long size in shape)
            tensor.Integer(1, size);
        _graph.Message(5, tensor.Integer(2, type).Text(8, name).Bytes(9, data));
        return name;
    }

    private static Protobuf Attribute(string name, object value)
    {
        Protobuf attribute = new Protobuf().Text(1, name);
        switch (value)
        {
            case float single:
                return attribute.Single(2, single).Integer(20, 1);
            case int integer:
                return attribute.Integer(3, integer).Integer(20, 2);
            default:
                foreach (int integer in (int[])value)
                    attribute.Integer(8, integer);
                return attribute.Integer(20, 7);
        }
    }

    private static Protobuf Described(string name, long[] shape)
    {
        var sizes = new Protobuf();
        foreach (long size in shape)
            sizes.Message(1, new Protobuf().Integer(1, size));
        return new Protobuf().Text(1, name).Message(2, new Protobuf().Message(1, new Protobuf().Integer(1, FloatType).Message(2, sizes)));
    }
}
