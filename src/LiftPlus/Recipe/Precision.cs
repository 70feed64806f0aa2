namespace LiftPlus;

/// <summary>The arithmetic of the frozen part of the model; trained parameters, head and loss are float32 in every case.</summary>
public enum Precision
{
    /// <summary>32-bit floating point: exact, and the default.</summary>
    Float32,

    /// <summary>Frozen weights and activations in bfloat16: half the memory, about twice the speed where the processor supports it.</summary>
    BFloat16,

    /// <summary>
    /// Frozen weights and activations in float16, with dynamic loss scaling: for GPUs without bfloat16. Training in it needs a GPU; a model trained in it
    /// runs in float32 on the CPU.
    /// </summary>
    Float16,
}
