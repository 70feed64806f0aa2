using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

public sealed partial class Mlp
{
    /// <summary>Adds fc2(act(fc1 z)), and a factor γ (D) on it if there is one, to a graph.</summary>
    internal string Write(OnnxGraph graph, string z, Tensor? gamma)
    {
        if (!output.IsEmpty)
        {
            string adapted = output.Write(graph, z, WriteLayers(graph, z, gamma: null));
            return gamma is null ? adapted : graph.Binary("Mul", adapted, graph.Constant(gamma));
        }

        return WriteLayers(graph, z, gamma);
    }

    private string WriteLayers(OnnxGraph graph, string z, Tensor? gamma)
    {
        if (_isGated || norm is not null || _activation != Activation.QuickGelu || !fc1.site.Folds || !fc2.site.Folds)
        {
            string activated = Activate(graph, fc1.Write(graph, z));
            return fc2.Write(graph, norm?.Write(graph, activated) ?? activated, gamma);
        }

        // u σ(u) / 1.702 of u = 1.702 fc1 z: the two factors are in the weights.
        const double slope = ActivationFunctions.QuickGeluSlope;
        string scaled = graph.Linear(z, fc1.FoldToOnnx().Scaled(slope, slope));
        OnnxLinear last = fc2.FoldToOnnx().Scaled(1 / slope, 1);
        string hidden = graph.Binary("Mul", scaled, graph.Apply("Sigmoid", [scaled]));
        return graph.Linear(hidden, gamma is null ? last : last.Scaled(gamma));
    }

    private string Activate(OnnxGraph graph, string x)
    {
        if (!_isGated)
            return _activation.Write(graph, x);
        string[] halves = graph.Chunk(x, 2);
        return graph.Binary("Mul", graph.Binary("Mul", halves[0], graph.Apply("Sigmoid", [halves[0]])), halves[1]);
    }
}
