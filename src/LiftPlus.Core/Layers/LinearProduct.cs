namespace LiftPlus;

/// <summary>
/// Specifies how the processor multiplies float32 activations with the weights of a layer. libtorch offers a matrix product and a 1×1
/// convolution. They come from different libraries and differ by rounding only; which one is faster depends on the processor.
/// </summary>
public enum LinearProduct
{
    /// <summary>
    /// The faster one, found by a measurement that takes a fraction of a second once per process. A checkpoint keeps the choice for
    /// resuming.
    /// </summary>
    Auto,

    /// <summary>The matrix product.</summary>
    Linear,

    /// <summary>The 1×1 convolution.</summary>
    Convolution,
}
