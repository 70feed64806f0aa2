using System.Buffers;
using LiftPlus.Inference;
using LiftPlus.Messages;
using Microsoft.ML.OnnxRuntime;

namespace LiftPlus.Sessions;

/// <summary>Represents an ONNX file in ONNX Runtime.</summary>
internal sealed class OnnxSession : IDisposable
{
    public const string Images = "images",
        Logits = "logits",
        Probabilities = "probabilities",
        Features = "features";

    private static readonly string[] s_inputs = [Images],
        s_scores = [Logits, Probabilities],
        s_all = [Logits, Probabilities, Features];

    private delegate ReadOnlySpan<T> ValuesOf<T>(PreparedImage image);

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly bool _takesBytes;

    private OnnxSession(InferenceSession session, int threads)
    {
        (_session, Threads) = (session, threads);
        _takesBytes = session.InputMetadata.TryGetValue(Images, out NodeMetadata? input) && input.ElementType == typeof(byte);
    }

    /// <summary>Gets the number of threads that compute a batch.</summary>
    public int Threads { get; }

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    /// <exception cref="LiftPlusException">The file cannot be loaded, or ONNX Runtime or its provider is missing.</exception>
    public static OnnxSession Open(string path, OnnxSessionOptions options)
    {
        if (!File.Exists(path))
            throw new LiftPlusException($"{path}: the file does not exist. Write it with OnnxExport.Save, or check the path.");
        int threads = options.Threads ?? Environment.ProcessorCount;
        try
        {
            using SessionOptions session = new()
            {
                IntraOpNumThreads = threads,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            Append(session, options);
            options.Configure?.Invoke(session);
            return new OnnxSession(new InferenceSession(path, session), threads);
        }
        catch (OnnxRuntimeException e)
        {
            throw new LiftPlusException(
                $"{path}: ONNX Runtime cannot load it ({Cause(e)}). Export the model again, with an Opset that this ONNX Runtime reads.",
                e
            );
        }
        catch (Exception e) when (Missing(e) is Exception cause)
        {
            throw new LiftPlusException(
                "The native library of ONNX Runtime cannot be loaded. Add the package Microsoft.ML.OnnxRuntime to the application. "
                    + MessageText.Shorten(cause.Message.Split('\n')[0]),
                e
            );
        }
    }

    /// <summary>Runs images of one shape; returns the logits, the probabilities and, if wanted, the features.</summary>
    /// <exception cref="LiftPlusException">There is not one logit for each image and class.</exception>
    public float[][] Run(PreparedImage[] images, int classes, bool features)
    {
        long[] shape = [images.Length, .. images[0].Shape];
        return _takesBytes
            ? Run<byte>(images, image => image.Bytes, shape, classes, features)
            : Run<float>(images, image => image.Numbers, shape, classes, features);
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private float[][] Run<T>(PreparedImage[] images, ValuesOf<T> valuesOf, long[] shape, int classes, bool features)
        where T : unmanaged
    {
        int size = valuesOf(images[0]).Length;
        T[] memory = ArrayPool<T>.Shared.Rent(checked(size * images.Length));
        try
        {
            foreach ((int i, PreparedImage image) in images.Index())
                valuesOf(image).CopyTo(memory.AsSpan(i * size));
            Memory<T> used = memory.AsMemory(0, size * images.Length);
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, used, shape);
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, s_inputs, [input], features ? s_all : s_scores);
            Scores.CheckShape(outputs[0].GetTensorTypeAndShape().Shape, images.Length, classes);
            return [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];
        }
        finally
        {
            ArrayPool<T>.Shared.Return(memory);
        }
    }

    private static void Append(SessionOptions session, OnnxSessionOptions options)
    {
        try
        {
            switch (options.Provider)
            {
                case OnnxProvider.Cuda:
                    session.AppendExecutionProvider_CUDA(options.DeviceId);
                    break;
                case OnnxProvider.DirectML:
                    session.AppendExecutionProvider_DML(options.DeviceId);
                    break;
                case OnnxProvider.CoreML:
                    session.AppendExecutionProvider_CoreML();
                    break;
            }
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new LiftPlusException(
                $"This ONNX Runtime cannot compute on {options.Provider} ({Cause(e)}). Add the package that "
                    + $"OnnxProvider.{options.Provider} names to the application, or use OnnxProvider.Cpu.",
                e
            );
        }
    }

    private static string Cause(Exception e) => MessageText.Shorten(e.Message.Split('\n')[0].TrimEnd('.', ' '), 300);

    // It is wrapped once or more by the type initializers of ONNX Runtime.
    private static Exception? Missing(Exception e) =>
        e is DllNotFoundException or BadImageFormatException ? e
        : e is TypeInitializationException { InnerException: Exception inner } ? Missing(inner)
        : null;
}
