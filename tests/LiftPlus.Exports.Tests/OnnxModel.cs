using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>Represents an ONNX file in ONNX Runtime.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    public OnnxModel(string path) => _session = Open(path);

    /// <summary>Opens a file, also one of another program.</summary>
    public static InferenceSession Open(string path)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new InferenceSession(path, options);
    }

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    public IEnumerable<string> Outputs => _session.OutputMetadata.Keys;

    /// <summary>Computes one output of float32 images.</summary>
    public Tensor Run(Tensor images, string output = "logits")
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(images.contiguous().data<float>().ToArray(), images.shape);
        return Run("images", value, output);
    }

    /// <summary>Computes one output of the pixels of images (N, H, W, 3).</summary>
    public Tensor Run(byte[] pixels, long[] shape, string output = "logits")
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(pixels, shape);
        return Run("images", value, output);
    }

    /// <summary>Computes one output of texts.</summary>
    public Tensor RunTokens(Tensor tokens, string output)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(tokens.contiguous().data<long>().ToArray(), tokens.shape);
        return Run("tokens", value, output);
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private Tensor Run(string input, OrtValue value, string output)
    {
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, [input], [value], [output]);
        return tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
    }

    // The assembly switches ONNX Runtime's telemetry off when it is loaded.
    [ModuleInitializer]
    internal static void LoadTheRuntimeAssembly() => RuntimeHelpers.RunModuleConstructor(typeof(OnnxImageClassifier).Module.ModuleHandle);
}
