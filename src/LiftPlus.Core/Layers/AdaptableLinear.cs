using LiftPlus.Onnx;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Represents y = x Wᵀ + b with a site for adapters on its input and output, and a place for a reparametrized weight and bias. It is
/// created with unset values; a weight file or <see cref="Backbone.Initialize"/> sets them.
/// </summary>
public sealed class AdaptableLinear : nn.Module<Tensor, Tensor>
{
#pragma warning disable CA1051 // the fields' names are the keys of the weights
    internal readonly Parameter weight;
    internal readonly Parameter? bias;
    internal readonly AdapterSite site = new(foldsIntoLinear: true);
#pragma warning restore CA1051
    private WeightAdapter? masked_weight,
        masked_bias;

    internal AdaptableLinear(long inputWidth, long outputWidth, bool hasBias = true)
        : base(nameof(AdaptableLinear))
    {
        InputWidth = inputWidth;
        OutputWidth = outputWidth;
        weight = new Parameter(empty(outputWidth, inputWidth), requires_grad: false);
        bias = hasBias ? new Parameter(empty(outputWidth), requires_grad: false) : null;
        RegisterComponents();
    }

    /// <summary>Gets the width of x.</summary>
    public long InputWidth { get; }

    /// <summary>Gets the width of y.</summary>
    public long OutputWidth { get; }

    /// <summary>Gets the frozen W (out, in).</summary>
    public Parameter Weight => weight;

    /// <summary>Gets the frozen b (out).</summary>
    public Parameter? Bias => bias;

    /// <summary>Replaces the weight and, if given, the bias by a trainable function of the frozen one.</summary>
    /// <exception cref="LiftPlusException">The layer is already reparametrized.</exception>
    public void Reparametrize(WeightAdapter weightAdapter, WeightAdapter? biasAdapter)
    {
        RequirePlain();
        register_module(nameof(masked_weight), masked_weight = weightAdapter);
        if (biasAdapter is not null && bias is not null)
            register_module(nameof(masked_bias), masked_bias = biasAdapter);
    }

    internal void RequirePlain()
    {
        if (masked_weight is not null)
            throw new LiftPlusException(
                "The weight of this linear layer is already reparametrized; only one method can do that to a layer."
            );
    }

    /// <summary>Gets the weight in use, reparametrized if it is.</summary>
    public Tensor EffectiveWeight => masked_weight is null ? weight : masked_weight.forward(weight);

    /// <summary>Gets the bias in use, reparametrized if it is.</summary>
    public Tensor? EffectiveBias =>
        bias is null ? null
        : masked_bias is null ? bias
        : masked_bias.forward(bias);

    /// <summary>Gets the layer for adapters that need its weight.</summary>
    internal LinearSource Source => new(InputWidth, OutputWidth, () => EffectiveWeight, () => EffectiveBias);

    /// <summary>Gets some consecutive outputs of the layer for adapters that need their weight.</summary>
    internal LinearSource Rows(long start, long count) =>
        new(InputWidth, count, () => EffectiveWeight.narrow(0, start, count), () => EffectiveBias?.narrow(0, start, count));

    /// <summary>Computes the weight and bias, in float32, of a plain layer that is equal to this one with its adapters.</summary>
    internal (Tensor Weight, Tensor? Bias) Fold() => site.Fold(EffectiveWeight.to(float32), EffectiveBias?.to(float32));

    /// <summary>Gets the layer for a graph, before the site.</summary>
    internal OnnxLinear ToOnnx() =>
        new(InputWidth, OutputWidth, weight, bias, () => (EffectiveWeight.to(float32), EffectiveBias?.to(float32)));

    /// <summary>Adds the layer with its adapters to a graph.</summary>
    internal string Write(OnnxGraph graph, string x) =>
        site.Folds ? graph.Linear(x, ToOnnx() with { Values = Fold }) : site.Write(graph, x, graph.Linear(x, ToOnnx()));

    /// <summary>Projects x (..., in) to y (..., out), before the site.</summary>
    internal Tensor Project(Tensor x) => LinearProducts.Apply(x, WeightFor(x), BiasFor(x));

    /// <summary>Computes product · x Wᵀ + bias · b: x (B, N, in) to (B, N, out), in float32, before the site.</summary>
    internal Tensor ProjectScaled(Tensor x, float product, float bias)
    {
        Tensor weight = EffectiveWeight;
        Tensor b = EffectiveBias!;
        if (LinearProducts.Packed?.Apply(x, weight, b, product, bias) is Tensor y)
            return y;
        if (!LinearProducts.IsConvolution(x, weight))
            return b.addmm(x.reshape(-1, InputWidth), weight.t(), beta: bias, alpha: product).view(x.shape[0], x.shape[1], OutputWidth);
        // A convolution has no factors: they meet the narrower side.
        Scalar factor = TensorMath.Hold(product);
        Scalar ofBias = TensorMath.Hold(InputWidth <= OutputWidth ? bias : bias / product);
        Tensor result =
            InputWidth <= OutputWidth
                ? LinearProducts.Apply(x.mul(factor), weight, b.mul(ofBias))
                : LinearProducts.Apply(x, weight, b.mul(ofBias)).mul_(factor);
        GC.KeepAlive((factor, ofBias));
        return result;
    }

    /// <summary>Computes some consecutive outputs only: x (..., in) to (..., count).</summary>
    internal Tensor Project(Tensor x, long start, long count) =>
        LinearProducts.Apply(x, WeightFor(x).narrow(0, start, count), BiasFor(x)?.narrow(0, start, count));

    /// <summary>Gets the weight in use, in the type of x.</summary>
    internal Tensor WeightFor(Tensor x) => As(EffectiveWeight, x.dtype);

    /// <summary>Gets the bias in use, in the type of x.</summary>
    internal Tensor? BiasFor(Tensor x) => EffectiveBias is Tensor b ? As(b, x.dtype) : null;

    // Frozen values have the stream's type already; trained ones stay float32 and are converted on use.
    private static Tensor As(Tensor value, ScalarType type) => value.dtype == type ? value : value.to(type);

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => site.IsEmpty ? Project(x) : site.forward(x, Project(x));
}
