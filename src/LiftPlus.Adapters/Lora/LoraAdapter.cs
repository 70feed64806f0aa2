using LiftPlus.Onnx;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>
/// y + s · x A B, s = α / r or α / √r: a change of rank r to the site's weight, at first zero because B is zero. With DoRA the rows of the
/// changed weight have trained lengths (<see cref="RowLengths"/>).
/// </summary>
internal sealed class LoraAdapter : Adapter, IMergeableAdapter, IOnnxModule
{
    private readonly Parameter down; // A (in, r)
    private readonly Parameter up; // B (r, out)
    private readonly RowLengths? rows;
    private readonly Scalar _scale;
    private readonly double _learningRateRatio;

    /// <param name="options">α, and what is computed with it; the rank is given apart.</param>
    /// <param name="rank">r.</param>
    /// <param name="inputWidth">The width of x.</param>
    /// <param name="outputWidth">The width of y.</param>
    /// <param name="linear">The site's linear layer, which DoRA needs.</param>
    /// <param name="random">The generator of initial values.</param>
    public LoraAdapter(LoraOptions options, int rank, long inputWidth, long outputWidth, LinearSource? linear, Generator random)
        : base(nameof(LoraAdapter))
    {
        // Kaiming-uniform with a = √5, whose fan-in is the second axis of (in, r): the bound is 1/√r.
        double bound = 1 / Math.Sqrt(rank);
        down = new Parameter(empty(inputWidth, rank).uniform_(-bound, bound, random));
        up = new Parameter(zeros(rank, outputWidth));
        rows = options.Dora ? new RowLengths(linear ?? throw NoLayer(options)) : null;
        (Alpha, IsRankStabilized, _learningRateRatio) = (options.Alpha, options.RankStabilized, options.LearningRateRatio);
        PlainAlpha = IsRankStabilized ? Alpha * Math.Sqrt(rank) : Alpha;
        _scale = TensorMath.Hold(PlainAlpha / rank);
        RegisterComponents();
    }

    /// <summary>Gets A (in, r).</summary>
    public Parameter Down => down;

    /// <summary>Gets B (r, out).</summary>
    public Parameter Up => up;

    /// <summary>Gets m (out) of DoRA; null for a plain change.</summary>
    public Parameter? Magnitude => rows?.Magnitude;

    /// <summary>Gets α.</summary>
    public double Alpha { get; }

    /// <summary>Gets whether s is α / √r.</summary>
    public bool IsRankStabilized { get; }

    /// <summary>Gets the α with which s is α / r.</summary>
    public double PlainAlpha { get; }

    public override bool IsTokenwise => true;

    internal override double LearningRateFactor(string parameter) => parameter == nameof(up) ? _learningRateRatio : 1;

    public override Tensor forward(Tensor x, Tensor y) // (B, N, in), (B, N, out)
    {
        // A copy with r rows of the width, as in BottleneckModule.
        Tensor low = nn.functional.linear(x, down.t().contiguous()); // (B, N, r)
        Tensor scaled = up.mul(_scale); // (r, out)
        if (rows is null)
            return TensorMath.Add_(nn.functional.linear(low, scaled.t()), y);
        (Tensor factor, Tensor shift) = rows.Factors(down, scaled);
        return TensorMath.Add_(nn.functional.linear(low, scaled.mul(factor).t()), shift.addcmul(y, factor, TensorMath.One));
    }

    public string Write(OnnxGraph graph, params string[] inputs)
    {
        string low = graph.Linear(inputs[0], down.t(), bias: null),
            y = inputs[1];
        Tensor scaled = up.mul(_scale);
        if (rows is not null)
        {
            (Tensor factor, Tensor shift) = rows.Factors(down, scaled);
            scaled = scaled.mul(factor);
            y = graph.Binary("Add", graph.Binary("Mul", y, graph.Constant(factor)), graph.Constant(shift));
        }

        return graph.Binary("Add", graph.Linear(low, scaled.t(), bias: null), y);
    }

    private static LiftPlusException NoLayer(LoraOptions options) =>
        new($"'{options.Type}' with Dora needs the weight of its layer. Attach it to the sites of a backbone.");

    public (Tensor Weight, Tensor? Bias) Merge(Tensor weight, Tensor? bias)
    {
        Tensor changed = TensorMath.Add(weight, down.mm(up).t().mul(_scale));
        return (rows is null ? changed : changed.mul(rows.FactorOf(changed).unsqueeze(1)), bias);
    }
}
