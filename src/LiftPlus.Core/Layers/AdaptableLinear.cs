using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// y = x Wᵀ + b with a site for adapters on its input and output and a place for a re-parametrised weight and bias.
/// Created with unset values: a weight file or <see cref="Backbone.Initialize"/> fills them.
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

    /// <summary>Width of x.</summary>
    public long InputWidth { get; }

    /// <summary>Width of y.</summary>
    public long OutputWidth { get; }

    /// <summary>W (out, in), as frozen.</summary>
    public Parameter Weight => weight;

    /// <summary>b (out), as frozen.</summary>
    public Parameter? Bias => bias;

    /// <summary>Where adapters of this layer stand: they see x and y.</summary>
    public AdapterSite Site => site;

    /// <summary>Replaces the weight and, if given, the bias by a trainable function of the frozen one.</summary>
    /// <exception cref="LiftPlusException">The layer is re-parametrised already.</exception>
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
            throw new LiftPlusException("This linear layer's weight is re-parametrised already; only one method can do that to a layer.");
    }

    /// <summary>The weight in use: re-parametrised, if it is.</summary>
    public Tensor EffectiveWeight => masked_weight is null ? weight : masked_weight.forward(weight);

    /// <summary>The bias in use: re-parametrised, if it is.</summary>
    public Tensor? EffectiveBias =>
        bias is null ? null
        : masked_bias is null ? bias
        : masked_bias.forward(bias);

    /// <summary>The weight and bias, in float32, of a plain layer that does what this one does with its adapters.</summary>
    internal (Tensor Weight, Tensor? Bias) Fold() => site.Fold(EffectiveWeight.to(float32), EffectiveBias?.to(float32));

    /// <summary>x (..., in) to y (..., out), before the site.</summary>
    internal Tensor Project(Tensor x) => LinearProducts.Apply(x, WeightFor(x), BiasFor(x));

    /// <summary>product · x Wᵀ + bias · b in one kernel: x (B, N, in) to (B, N, out), in float32, before the site.</summary>
    internal Tensor ProjectScaled(Tensor x, float product, float bias)
    {
        Tensor weight = EffectiveWeight;
        Tensor b = EffectiveBias!;
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

    /// <summary>Some consecutive outputs only: x (..., in) to (..., count).</summary>
    internal Tensor Project(Tensor x, long start, long count) =>
        LinearProducts.Apply(x, WeightFor(x).narrow(0, start, count), BiasFor(x)?.narrow(0, start, count));

    /// <summary>The weight in use, in x's type.</summary>
    internal Tensor WeightFor(Tensor x) => As(EffectiveWeight, x.dtype);

    /// <summary>The bias in use, in x's type.</summary>
    internal Tensor? BiasFor(Tensor x) => EffectiveBias is Tensor b ? As(b, x.dtype) : null;

    // Frozen values have the stream's type already; trained ones stay float32 and are converted on use.
    private static Tensor As(Tensor value, ScalarType type) => value.dtype == type ? value : value.to(type);

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => site.IsEmpty ? Project(x) : site.forward(x, Project(x));
}
