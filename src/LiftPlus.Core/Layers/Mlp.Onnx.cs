using LiftPlus.Onnx;

namespace LiftPlus.Layers;

public sealed partial class Mlp
{
    /// <summary>Adds fc2(act(fc1 z)) to a graph.</summary>
    internal string Write(OnnxGraph graph, string z)
    {
        string hidden = Activate(graph, fc1.Write(graph, z));
        return output.Write(graph, z, fc2.Write(graph, norm?.Write(graph, hidden) ?? hidden));
    }

    private string Activate(OnnxGraph graph, string x)
    {
        if (!_isGated)
            return _activation.Write(graph, x);
        string[] halves = graph.Chunk(x, 2);
        return graph.Binary("Mul", graph.Binary("Mul", halves[0], graph.Apply("Sigmoid", [halves[0]])), halves[1]);
    }
}
