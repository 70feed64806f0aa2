namespace LiftPlus;

/// <summary>Specifies the arithmetic of the frozen part of the model. Trained parameters, classifier and loss are always float32.</summary>
public enum Precision
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>
    /// Frozen weights and activations in bfloat16: half the memory, and about twice the speed on processors that support it.
    /// </summary>
    BFloat16,

    /// <summary>
    /// Frozen weights and activations in float16 with dynamic loss scaling, for GPUs without bfloat16. Training in float16 requires a GPU;
    /// a model trained in it runs in float32 on the CPU.
    /// </summary>
    Float16,

    /// <summary>
    /// <see cref="BFloat16"/> for backbones of more than a billion parameters, and <see cref="Float32"/> for all others, on every device.
    /// </summary>
    Auto,
}
