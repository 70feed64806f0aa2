using LiftPlus.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Applies batch normalization (arXiv 1502.03167) over the channels of (B, C, H, W), eps 1e-5. If it is frozen it always uses its running
/// statistics, in training too. If its statistics are trained, it uses those of the batch in training and updates the running ones with
/// momentum 0.1.
/// </summary>
public sealed class FreezableBatchNorm : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    internal readonly Parameter weight,
        bias; // (C)
    internal readonly Tensor running_mean,
        running_var; // (C)
    internal readonly Tensor num_batches_tracked; // (), int64

    internal FreezableBatchNorm(long channels)
        : base(nameof(FreezableBatchNorm))
    {
        weight = new Parameter(empty(channels), requires_grad: false);
        bias = new Parameter(empty(channels), requires_grad: false);
        running_mean = zeros(channels);
        running_var = ones(channels);
        num_batches_tracked = zeros([], int64);
        RegisterComponents();
    }

    /// <summary>Gets whether batches are normalized by their own statistics in training.</summary>
    public bool TrainsStatistics { get; internal set; }

    /// <summary>Adds it with its running statistics to a graph.</summary>
    internal string Write(OnnxGraph graph, string x)
    {
        string[] values = [graph.Constant(weight), graph.Constant(bias), graph.Constant(running_mean), graph.Constant(running_var)];
        return graph.Apply("BatchNormalization", [x, .. values], ("epsilon", (float)Epsilon));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        bool usesBatch = TrainsStatistics && training;
        if (usesBatch)
            num_batches_tracked.add_(TensorMath.One);
        return nn.functional.batch_norm(x, running_mean, running_var, weight, bias, usesBatch, momentum: 0.1, eps: Epsilon);
    }
}
