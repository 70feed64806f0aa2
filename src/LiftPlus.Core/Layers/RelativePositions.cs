using LiftPlus.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Represents a bias on attention scores that depends on the difference of two places (BEiT, arXiv 2106.08254). The last three rows of the
/// table are for class token to place, place to class token, and class token to itself. Prompts get 0.
/// </summary>
internal sealed class RelativePositions : nn.Module<long, Tensor, Tensor>
{
    internal readonly Parameter table; // ((2 n - 1)² + 3, H)
    private readonly int _side; // n
    private readonly long _heads;
    private readonly TensorCache _indices;

    public RelativePositions(int side, long heads)
        : base(nameof(RelativePositions))
    {
        (_side, _heads) = (side, heads);
        table = new Parameter(empty(Rows(side), heads), requires_grad: false);
        _indices = new TensorCache(_ => [tensor(Indices(1 + (long)side * side))]);
        RegisterComponents();
    }

    /// <summary>Gets the number of rows of the table for a grid of n x n places.</summary>
    public static long Rows(int side) => (2L * side - 1) * (2L * side - 1) + 3;

    /// <summary>Computes the bias (1, H, N, N) for N tokens, on the device and in the type of the scores.</summary>
    public override Tensor forward(long tokens, Tensor like)
    {
        long own = 1 + (long)_side * _side,
            prompts = tokens - own;
        Tensor bias = table.index_select(0, _indices.Get(like, own)[0]).view(own, own, _heads).permute(2, 0, 1); // (H, N, N)
        if (prompts > 0) // they follow the class token
        {
            Tensor below = zeros(_heads, prompts, own, dtype: bias.dtype, device: bias.device),
                beside = zeros(_heads, tokens, prompts, dtype: bias.dtype, device: bias.device);
            bias = cat([bias.narrow(1, 0, 1), below, bias.narrow(1, 1, own - 1)], 1);
            bias = cat([bias.narrow(2, 0, 1), beside, bias.narrow(2, 1, own - 1)], 2);
        }

        return bias.unsqueeze(0).to(like.dtype);
    }

    /// <summary>Adds the bias of the tokens x (B, N, D) to a graph: (1, H, 1, N) for the class token alone, or (1, H, N, N).</summary>
    public string Write(OnnxGraph graph, string x, bool firstOnly)
    {
        long own = 1 + (long)_side * _side;
        string rows = graph.Apply("Gather", [graph.Constant(table), graph.Constant(Indices(firstOnly ? 1 : own))]); // (M N, H)
        string bias = graph.Reshape(graph.Transpose(rows, 1, 0), 1, _heads, firstOnly ? 1 : own, own);
        string tokens = graph.Apply("Shape", [x], ("start", 1), ("end", 2)),
            prompts = graph.Binary("Sub", tokens, graph.Constant(own));
        if (!firstOnly)
            bias = Insert(2, prompts, graph.Constant(own));
        return Insert(3, firstOnly ? graph.Constant(1L) : tokens, prompts);

        string Insert(long axis, string rows, string columns)
        {
            string nothing = graph.Apply("Expand", [graph.Number(0), graph.Concat(0, graph.Constant(1, _heads), rows, columns)]);
            return graph.Concat(axis, graph.Slice(bias, axis, 0, 1), nothing, graph.Slice(bias, axis, 1, long.MaxValue));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _indices.Dispose();
        base.Dispose(disposing);
    }

    // Of the first tokens (M) to all (N).
    private long[] Indices(long count)
    {
        int places = _side * _side,
            span = 2 * _side - 1;
        long[] indices = new long[count * (1 + places)];
        for (int from = -1; from < count - 1; from++)
        {
            for (int to = -1; to < places; to++)
            {
                (int y, int x) = (from / _side - to / _side, from % _side - to % _side);
                indices[(from + 1) * (1 + places) + to + 1] = (from, to) switch
                {
                    (-1, -1) => span * span + 2,
                    (-1, _) => span * span,
                    (_, -1) => span * span + 1,
                    _ => (y + _side - 1) * span + x + _side - 1,
                };
            }
        }

        return indices;
    }
}
