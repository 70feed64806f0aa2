using LiftPlus.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>Applies the pointwise activations of the known backbones.</summary>
internal static class ActivationFunctions
{
    /// <summary>The slope of QuickGELU's sigmoid.</summary>
    public const double QuickGeluSlope = 1.702;

    private static readonly Scalar s_slope = TensorMath.Hold(QuickGeluSlope),
        s_inverseSlope = TensorMath.Hold(1 / QuickGeluSlope);

    // tanh's argument in GELU's approximation is √(2/π) (x + 0.044715 x³), and 1 + tanh(v) is 2 σ(2v).
    private const double OfX = 1.5957691216057308, // 2 √(2/π)
        OfCube = OfX * 0.044715;

    private static readonly Scalar s_ofX = TensorMath.Hold(OfX),
        s_ofCube = TensorMath.Hold(OfCube);

    private const int FirstOpsetWithGelu = 20;

    /// <summary>
    /// Applies QuickGELU x · σ(1.702 x) (OpenAI's CLIP), exact GELU x · Φ(x) (timm, open_clip), or GELU's tanh approximation (SigLIP) to a
    /// tensor of any shape.
    /// </summary>
    /// <param name="activation">Which one.</param>
    /// <param name="x">Its input.</param>
    /// <param name="mayOverwrite">Whether x is not needed afterwards, so that its memory can be reused.</param>
    public static Tensor Apply(this Activation activation, Tensor x, bool mayOverwrite = false) =>
        activation switch
        {
            Activation.QuickGelu => QuickGelu(mayOverwrite ? x.mul_(s_slope) : x.mul(s_slope)),
            Activation.Gelu => nn.functional.gelu(x),
            Activation.GeluTanh when x is { requires_grad: false, dtype: ScalarType.Float32, device_type: DeviceType.CPU } => GeluTanh(x),
            Activation.GeluTanh => nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, null),
        };

    /// <summary>Adds the activation to a graph.</summary>
    public static string Write(this Activation activation, OnnxGraph graph, string x)
    {
        switch (activation)
        {
            case Activation.QuickGelu:
                return graph.Binary("Mul", x, graph.Apply("Sigmoid", [graph.Binary("Mul", x, graph.Number(QuickGeluSlope))]));
            case Activation.Gelu when graph.Opset >= FirstOpsetWithGelu:
                return graph.Apply("Gelu", [x]);
            case Activation.Gelu: // in the form that ONNX Runtime replaces by one operator
                string erf = graph.Apply("Erf", [graph.Binary("Div", x, graph.Number(Math.Sqrt(2)))]);
                return graph.Binary("Mul", graph.Binary("Mul", x, graph.Binary("Add", erf, graph.Number(1))), graph.Number(0.5));
            case Activation.GeluTanh:
                string cube = graph.Binary("Mul", graph.Binary("Mul", x, x), graph.Number(OfCube));
                string argument = graph.Binary("Mul", x, graph.Binary("Add", cube, graph.Number(OfX)));
                return graph.Binary("Mul", x, graph.Apply("Sigmoid", [argument]));
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation, null);
        }
    }

    // In five passes, which together take less time than the tanh of libtorch's one on the CPU. With a gradient they would take more.
    private static Tensor GeluTanh(Tensor x)
    {
        using Tensor square = x.mul(x);
        return x.mul(s_ofX).addcmul_(square, x, s_ofCube).sigmoid_().mul_(x);
    }

    // As silu(1.702 x) / 1.702: one kernel each way in place of two and five, and one tensor kept for the backward pass in place of three.
    private static Tensor QuickGelu(Tensor u) => nn.functional.silu(u, inplace: !u.requires_grad).mul_(s_inverseSlope);
}
