using LiftPlus.Onnx;

namespace LiftPlus.Layers;

public sealed partial class Mlp
{
    /// <summary>Adds fc2(act(fc1 z)) to a graph.</summary>
    internal string Write(OnnxGraph graph, string z) =>
        output.Write(graph, z, fc2.Write(graph, _activation.Write(graph, fc1.Write(graph, z))));
}
