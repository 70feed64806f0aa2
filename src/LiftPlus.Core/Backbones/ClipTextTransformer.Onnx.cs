using LiftPlus.Layers;
using LiftPlus.Onnx;
using LiftPlus.Weights.Onnx;

namespace LiftPlus.Backbones;

internal sealed partial class ClipTextTransformer : IOnnxModule
{
    /// <inheritdoc/>
    public string Write(OnnxGraph graph, params string[] inputs)
    {
        string tokens = inputs[0]; // (M, T)
        string x = graph.Apply("Gather", [graph.Constant(token_embedding), tokens]);
        x = graph.Binary("Add", embedding.Write(graph, tokens, x), graph.Constant(pos_embed)); // (M, T, W)
        foreach (TransformerBlock block in blocks)
            x = block.Write(graph, x);
        x = graph.Apply("GatherND", [x, Place(graph, tokens, x)], ("batch_dims", 1)); // (M, W)
        return norm.Write(graph, x);
    }

    // The place of the end of text in x (M, 1), which prompts in front push back.
    private string Place(OnnxGraph graph, string tokens, string x)
    {
        string ends = Config.EndToken is int end
            ? graph.Apply("Cast", [graph.Apply("Equal", [tokens, graph.Constant(end)])], ("to", (long)OnnxType.Int64))
            : tokens;
        string place = graph.Apply("ArgMax", [ends], ("axis", -1), ("keepdims", 1));
        string[] lengths = [graph.Apply("Shape", [x], ("start", 1), ("end", 2)), graph.Apply("Shape", [tokens], ("start", 1), ("end", 2))];
        return graph.Binary("Add", place, graph.Binary("Sub", lengths[0], lengths[1]));
    }
}
