using LiftPlus.Onnx;

namespace LiftPlus.Layers;

internal sealed partial class ResidualBottleneck
{
    internal override string Write(OnnxGraph graph, string x)
    {
        string y = graph.Apply("Relu", [conv1.Write(graph, x, bn1)]);
        y = graph.Apply("Relu", [conv2.Write(graph, y, bn2)]);
        y = _antialiasing.Halve(graph, y, conv2.weight.shape[0]);
        y = conv3.Write(graph, Pooled(graph, y), bn3);
        string shortcut = downsample is null
            ? x
            : ((PlainConvolution)downsample[0]).Write(graph, Pooled(graph, x), (FreezableBatchNorm)downsample[1]);
        return graph.Apply("Relu", [graph.Binary("Add", shortcut, y)]);
    }

    private string Pooled(OnnxGraph graph, string x) =>
        _pool == 1 ? x : graph.Apply("AveragePool", [x], ("kernel_shape", new[] { _pool, _pool }), ("strides", new[] { _pool, _pool }));
}
