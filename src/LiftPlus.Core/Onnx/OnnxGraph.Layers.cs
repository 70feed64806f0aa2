using LiftPlus.Weights.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Onnx;

// What several modules are made of.
public sealed partial class OnnxGraph
{
    private const double SmallestNorm = 1e-12; // as in TensorMath.Normalize
    private const double LargestInt8 = 127;
    private static readonly Scalar s_smallestNorm = TensorMath.Hold(SmallestNorm);

    /// <summary>Adds a scalar.</summary>
    internal string Number(double value) => Constant(tensor((float)value));

    /// <summary>Adds x + y, x · y and the like.</summary>
    internal string Binary(string type, string x, string y) => Apply(type, [x, y]);

    /// <summary>Adds x Wᵀ + b, x (..., in), in the chosen type of weights.</summary>
    internal string Linear(string x, OnnxLinear layer) => _weights == OnnxWeights.Int8 ? QuantizedLinear(x, layer) : FloatLinear(x, layer);

    /// <summary>Adds x Wᵀ + b, x (..., in), in floating point.</summary>
    internal string FloatLinear(string x, OnnxLinear layer)
    {
        OnnxName? name = NameOf(layer.Weight, layer.Part) is OnnxName own ? own with { IsTransposed = true } : null;
        string weight = Constant([layer.InputWidth, layer.OutputWidth], () => layer.Values().Weight.t(), name),
            product = Binary("MatMul", x, weight);
        return layer.Bias is null ? product : Binary("Add", product, Bias(layer));
    }

    /// <summary>Adds x Wᵀ + b with values that exist already: W (out, in), b (out).</summary>
    internal string Linear(string x, Tensor weight, Tensor? bias)
    {
        string product = Binary("MatMul", x, Constant(weight.t()));
        return bias is null ? product : Binary("Add", product, Constant(bias));
    }

    /// <summary>Adds LayerNorm over the last axis.</summary>
    internal string LayerNorm(string x, Tensor weight, Tensor bias, double eps) =>
        Apply("LayerNormalization", [x, Constant(weight), Constant(bias)], ("axis", -1), ("epsilon", (float)eps));

    /// <summary>Adds x with rows of length 1, as <see cref="TensorMath.Normalize"/>.</summary>
    internal string Unit(string x)
    {
        string norm = Apply("ReduceL2", [x, Constant(-1L)], ("keepdims", 1));
        return Binary("Div", x, Binary("Max", norm, Number(SmallestNorm)));
    }

    /// <summary>Adds the places from start on along one axis, end excluded.</summary>
    internal string Slice(string x, long axis, long start, long end) => Apply("Slice", [x, Constant(start), Constant(end), Constant(axis)]);

    /// <summary>Adds a reshape; 0 keeps an axis and -1 takes what is left.</summary>
    internal string Reshape(string x, params long[] shape) => Apply("Reshape", [x, Constant(shape)]);

    internal string Transpose(string x, params long[] order) => Apply("Transpose", [x], ("perm", order));

    internal string Concat(long axis, params string[] parts) => Apply("Concat", parts, ("axis", axis));

    /// <summary>Adds the values repeated for each image of x: (1, ...) to (B, ...).</summary>
    internal string Repeat(string values, string x, params long[] rest) =>
        Apply("Expand", [values, Concat(0, Apply("Shape", [x], ("start", 0), ("end", 1)), Constant(rest))]);

    /// <summary>Splits the last axis into equal parts.</summary>
    internal string[] Chunk(string x, int parts) => Apply("Split", [x], parts, ("axis", -1), ("num_outputs", parts));

    /// <summary>Adds multi-head attention: q (B, M, D), k and v (B, N, D) to (B, M, D).</summary>
    internal string Attend(string q, string k, string v, OnnxAttention attention)
    {
        (long width, long heads) = (attention.Width, attention.Heads);
        string Heads(string x, params long[] order) => Transpose(Reshape(x, 0, -1, heads, width / heads), order);
        string query = attention.Query(Heads(q, 0, 2, 1, 3)),
            key = attention.Key is null ? Heads(k, 0, 2, 3, 1) : Transpose(attention.Key(Heads(k, 0, 2, 1, 3)), 0, 1, 3, 2);
        string scaled = Binary("Mul", query, Number(1 / Math.Sqrt((double)width / heads))), // ONNX Runtime folds 1 / √d
            scores = Binary("MatMul", scaled, key); // (B, H, M, N)
        if (attention.IsCausal)
            scores = Binary("Add", scores, CausalMask(k));
        if (attention.Bias is not null)
            scores = Binary("Add", scores, attention.Bias);
        string mixed = Binary("MatMul", Apply("Softmax", [scores], ("axis", -1)), Heads(v, 0, 2, 1, 3)); // (B, H, M, d)
        return Reshape(Transpose(mixed, 0, 2, 1, 3), 0, -1, width);
    }

    // (N, N): 0 up to the diagonal, and after it a number that the softmax turns into 0.
    private string CausalMask(string x)
    {
        string count = Apply("Shape", [x], ("start", 1), ("end", 2));
        return Apply("Trilu", [Apply("Expand", [Number(-1e9), Concat(0, count, count)]), Scalar(1)], ("upper", 1));
    }

    private string Scalar(long value) => Apply("Squeeze", [Constant(value)]);

    private string Bias(OnnxLinear layer) => Constant([layer.OutputWidth], () => layer.Values().Bias!, NameOf(layer.Bias!, layer.Part));

    // Each output has its own factor; the activations get theirs when the file is used.
    private string QuantizedLinear(string x, OnnxLinear layer)
    {
        UsesMicrosoft = true;
        string weight = Add(OnnxType.Int8, [layer.InputWidth, layer.OutputWidth], stream =>
            Write(stream, () => Quantized(layer.Values().Weight).t(), int8)
        );
        string factors = Constant([layer.OutputWidth], () => Factors(layer.Values().Weight));
        return Operator("com.microsoft", "DynamicQuantizeMatMul", [x, weight, factors, "", layer.Bias is null ? "" : Bias(layer)], 1, [])[
            0
        ];
    }

    private static Tensor Factors(Tensor weight) // (out)
    {
        return TensorMath.Scale(weight.abs().amax([1]).clamp_min(s_smallestNorm), 1 / LargestInt8);
    }

    private static Tensor Quantized(Tensor weight) => weight.div(Factors(weight).unsqueeze(1)).round(); // (out, in), -127 to 127
}
