using LiftPlus.Onnx;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>
/// Inserts P learned tokens after the first token (class token or start of text) and drops those that an earlier layer inserted: x₀, P
/// tokens, the last N - 1 tokens of x, where N is the number of tokens without prompts.
/// </summary>
internal sealed class PromptAdapter : Adapter, IOnnxModule
{
    private readonly Parameter embeddings; // (P, D)
    private readonly bool _replaces;

    public PromptAdapter(long width, long length, bool replaces, Generator random)
        : base(nameof(PromptAdapter))
    {
        _replaces = replaces;
        embeddings = new Parameter(empty(length, width).normal_(0, 0.02, random));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, Tensor x) // (B, N or P + N, D)
    {
        long length = embeddings.shape[0],
            kept = 1 + (_replaces ? length : 0);
        Tensor prompts = embeddings.expand(x.shape[0], length, x.shape[2]);
        return cat([x.narrow(1, 0, 1), prompts, x.narrow(1, kept, x.shape[1] - kept)], 1); // (B, P + N, D)
    }

    public string Write(OnnxGraph graph, params string[] inputs)
    {
        (string x, long length, long width) = (inputs[1], embeddings.shape[0], embeddings.shape[1]);
        string prompts = graph.Repeat(graph.Constant(embeddings.unsqueeze(0)), x, length, width); // (B, P, D)
        string rest = graph.Slice(x, 1, 1 + (_replaces ? length : 0), long.MaxValue);
        return graph.Concat(1, graph.Slice(x, 1, 0, 1), prompts, rest);
    }
}
