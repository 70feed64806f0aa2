using LiftPlus.Layers;
using LiftPlus.Onnx;

namespace LiftPlus.Backbones;

internal sealed partial class ClipResNet : IOnnxModule
{
    /// <inheritdoc/>
    public string Write(OnnxGraph graph, params string[] inputs)
    {
        string x = graph.Apply("Relu", [conv1.Write(graph, inputs[0], bn1)]);
        x = graph.Apply("Relu", [conv2.Write(graph, x, bn2)]);
        x = graph.Apply("Relu", [conv3.Write(graph, x, bn3)]);
        x = graph.Apply("AveragePool", [x], ("kernel_shape", new[] { 2L, 2 }), ("strides", new[] { 2L, 2 }));
        foreach (ResidualBlock block in ResidualBlocks)
            x = block.Write(graph, x);
        x = attnpool.Write(graph, x);
        return feature.Write(graph, x, x);
    }
}
