using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Tells for each kind of linear product in float32 on the CPU whether it runs as a 1×1 convolution. Equal on one machine from a file's
/// record on.
/// </summary>
internal sealed record ProductForms
{
    /// <summary>Where few rows end: batches of one or two images lie below.</summary>
    public const int ManyRows = 512;

    /// <summary>Gets the forms of a processor whose matrix product is the faster one.</summary>
    public static ProductForms Linear { get; } = new();

    /// <summary>Gets the forms that take the convolution for everything.</summary>
    public static ProductForms Convolution { get; } =
        new()
        {
            ForwardOfFew = true,
            ForwardOfMany = true,
            GradientOfFew = true,
            GradientOfMany = true,
            LeastWidth = 1,
            LeastRows = 1,
        };

    /// <summary>Gets or sets whether x Wᵀ of fewer than <see cref="ManyRows"/> rows is a convolution.</summary>
    public bool ForwardOfFew { get; init; }

    /// <summary>Gets or sets whether x Wᵀ of more rows is one.</summary>
    public bool ForwardOfMany { get; init; }

    /// <summary>Gets or sets whether the input's gradient of few rows is one.</summary>
    public bool GradientOfFew { get; init; }

    /// <summary>Gets or sets whether the input's gradient of more rows is one.</summary>
    public bool GradientOfMany { get; init; }

    /// <summary>Gets or sets the width of x and y below which a product stays a matrix product: adapters, small models.</summary>
    public int LeastWidth { get; init; } = 256;

    /// <summary>Gets or sets the number of rows below which it does: heads, single tokens.</summary>
    public int LeastRows { get; init; } = 16;

    /// <summary>Gets or sets what was measured, where, for the log; null where nothing was.</summary>
    public string? Measured { get; init; }

    /// <summary>Gets whether any product is a convolution.</summary>
    public bool HasConvolution => ForwardOfFew || ForwardOfMany || GradientOfFew || GradientOfMany;

    /// <summary>Tells whether a product of these tensors may be a convolution.</summary>
    public bool Suits(Tensor x, Tensor weight) =>
        HasConvolution
        && Math.Min(weight.shape[0], weight.shape[1]) >= LeastWidth
        && Rows(x) >= LeastRows
        && (x.dtype, weight.dtype) == (float32, float32)
        && x.device_type == DeviceType.CPU;

    /// <summary>Tells whether x Wᵀ is a convolution.</summary>
    public bool Forward(Tensor x) => Rows(x) < ManyRows ? ForwardOfFew : ForwardOfMany;

    /// <summary>Tells whether the gradient of x, g W, is a convolution.</summary>
    public bool Gradient(Tensor x) => Rows(x) < ManyRows ? GradientOfFew : GradientOfMany;

    private static long Rows(Tensor x) => x.numel() / x.shape[^1];
}
