using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.ML.OnnxRuntime;

namespace LiftPlus;

/// <summary>Specifies how ONNX Runtime computes a file.</summary>
public sealed record OnnxSessionOptions
{
    /// <summary>Gets what computes the file. There is no fallback: a provider that is missing is an error.</summary>
    /// <value>The default value is <see cref="OnnxProvider.Cpu"/>.</value>
    public OnnxProvider Provider { get; init; }

    /// <summary>Gets the number of the GPU; without effect on a processor.</summary>
    /// <value>The default value is 0, the first one.</value>
    [Range(0, 99)]
    public int DeviceId { get; init; }

    /// <summary>Gets the number of threads that compute one batch.</summary>
    /// <value>The default is null: one for each core.</value>
    [Range(1, 1024)]
    public int? Threads { get; init; }

    /// <summary>Gets the number of images per run where a call has many; with several crops, each crop counts.</summary>
    /// <value>The default value is 16: on a processor larger batches gain little and take memory.</value>
    [Range(1, 100_000)]
    public int BatchSize { get; init; } = 16;

    /// <summary>Gets a function that changes the options of ONNX Runtime itself, such as another execution provider.</summary>
    /// <value>The default is null: no change.</value>
    [JsonIgnore]
    public Action<SessionOptions>? Configure { get; init; }
}
