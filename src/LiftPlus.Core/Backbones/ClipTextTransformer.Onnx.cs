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

    // The place of the feature in x (M, 1). Prompts in front push it back.
    private string Place(OnnxGraph graph, string tokens, string x)
    {
        string[] lengths = [graph.Apply("Shape", [x], ("start", 1), ("end", 2)), graph.Apply("Shape", [tokens], ("start", 1), ("end", 2))];
        if (Config.Pooling != TextPooling.End)
        {
            string place = Config.Pooling == TextPooling.First ? graph.Constant(0L) : graph.Binary("Sub", lengths[0], graph.Constant(1L));
            string count = graph.Apply("Shape", [tokens], ("start", 0), ("end", 1));
            return graph.Apply("Expand", [place, graph.Concat(0, count, graph.Constant(1L))]);
        }

        string ends = Config.EndToken is int end
            ? graph.Apply("Cast", [graph.Apply("Equal", [tokens, graph.Constant(end)])], ("to", (long)OnnxType.Int64))
            : tokens;
        string atEnd = graph.Apply("ArgMax", [ends], ("axis", -1), ("keepdims", 1));
        return graph.Binary("Add", atEnd, graph.Binary("Sub", lengths[0], lengths[1]));
    }
}
