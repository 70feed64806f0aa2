using LiftPlus.Layers;
using LiftPlus.Onnx;

namespace LiftPlus.Backbones;

internal sealed partial class ResNet : IOnnxModule
{
    /// <inheritdoc/>
    public string Write(OnnxGraph graph, params string[] inputs)
    {
        string x = graph.Apply("Relu", [conv1.Write(graph, inputs[0], bn1)]);
        if (Config.Antialiasing != Antialiasing.Mean)
            x = MaxPool(graph, x, Config.Antialiasing == Antialiasing.None ? 2 : 1);
        x = Config.Antialiasing.Halve(graph, x, Config.StemWidth);
        foreach (ResidualBlock block in ResidualBlocks)
            x = block.Write(graph, x);
        x = graph.Apply("ReduceMean", [x, graph.Constant(2, 3)], ("keepdims", 0)); // (B, D)
        return feature.Write(graph, x, x);
    }

    private static string MaxPool(OnnxGraph graph, string x, long stride) =>
        graph.Apply(
            "MaxPool",
            [x],
            ("kernel_shape", new[] { 3L, 3 }),
            ("strides", new[] { stride, stride }),
            ("pads", new[] { 1L, 1, 1, 1 })
        );
}
