using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>The measured ViT in ONNX Runtime, with the weights of ours and as many threads.</summary>
internal sealed partial class OnnxRuntimePeer : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly OrtValue _images;

    public OnnxRuntimePeer(VitStep step, int batch, OnnxWeights weights = OnnxWeights.Float32)
    {
        if (!OperatingSystem.IsWindows())
            _ = SetCEnvironment("ORT_DISABLE_TELEMETRY", "1", overwrite: 1); // it would report, and write below the home folder
        using SessionOptions options = new()
        {
            IntraOpNumThreads = get_num_threads(),
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        string path = Path.GetTempFileName();
        try
        {
            step.WriteOnnx(path, weights);
            FileMegabytes = Math.Round(new FileInfo(path).Length / 1e6, 1);
            _session = new InferenceSession(path, options);
        }
        finally
        {
            File.Delete(path);
        }

        using Tensor images = step.Images(batch);
        _images = OrtValue.CreateTensorValueFromMemory(images.data<float>().ToArray(), images.shape);
    }

    public double FileMegabytes { get; }

    /// <summary>The logits, row by row.</summary>
    public float[] Infer()
    {
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, ["images"], [_images], ["logits"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose()
    {
        _images.Dispose();
        _run.Dispose();
        _session.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetCEnvironment(string name, string value, int overwrite);
}
