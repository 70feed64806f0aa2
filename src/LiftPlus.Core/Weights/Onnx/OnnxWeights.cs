namespace LiftPlus;

/// <summary>Specifies how the large weights of an ONNX file are stored. Activations are float32 in each case.</summary>
public enum OnnxWeights
{
    /// <summary>32-bit floating point: the numbers of the model.</summary>
    Float32,

    /// <summary>16-bit floating point: half the file. The weights become float32 again when the file is loaded.</summary>
    Float16,

    /// <summary>
    /// 8-bit integers with a factor per output for the backbone's linear layers: a quarter of the file, and faster on most processors. The
    /// layers are <c>com.microsoft.DynamicQuantizeMatMul</c>, which only ONNX Runtime computes.
    /// </summary>
    Int8,
}
