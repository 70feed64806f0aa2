namespace LiftPlus;

/// <summary>
/// Specifies how the processor multiplies float32 activations with a layer's weights. libtorch has two ways with equal results up to
/// rounding: its matrix product and a 1×1 convolution. Each comes from another library; which one is faster depends on the processor.
/// </summary>
public enum LinearProduct
{
    /// <summary>
    /// The faster one, by a measurement of a tenth of a second once a process. A checkpoint keeps the choice, and resuming uses it.
    /// </summary>
    Auto,

    /// <summary>The matrix product.</summary>
    Linear,

    /// <summary>The 1×1 convolution.</summary>
    Convolution,
}
