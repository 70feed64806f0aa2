namespace LiftPlus;

/// <summary>Specifies what computes an ONNX file.</summary>
public enum OnnxProvider
{
    /// <summary>The processor. Needs the package <c>Microsoft.ML.OnnxRuntime</c>, as the others do where no package is named.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU. Needs the package <c>Microsoft.ML.OnnxRuntime.Gpu</c>, CUDA and cuDNN.</summary>
    Cuda,

    /// <summary>A GPU on Windows. Needs the package <c>Microsoft.ML.OnnxRuntime.DirectML</c>.</summary>
    DirectML,

    /// <summary>The GPU and the neural engine of an Apple device.</summary>
    CoreML,
}
