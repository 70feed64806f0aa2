using System.Collections.Immutable;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>
/// Provides what the built-in classifiers with weights share: one weight row per class, at first a random unit direction, and an optional
/// bias per row, at first 0. Classes that were merged keep their rows as one class.
/// </summary>
internal abstract class WeightedClassifier : Classifier
{
    private const long BlockSize = 64; // a power of two

    private protected readonly Parameter weight; // (R, D)
    private protected readonly Parameter? bias; // (R)
    private readonly bool _isMerged;

    protected WeightedClassifier(string name, ClassifierContext context, bool hasBias)
        : base(name)
    {
        RowCounts = context.RowCounts.IsDefaultOrEmpty ? [.. Enumerable.Repeat(1, context.ClassCount)] : context.RowCounts;
        int rows = RowCounts.Sum();
        _isMerged = rows > RowCounts.Length;
        weight = new Parameter(RandomDirections.Create(rows, context.FeatureWidth, context.Random));
        bias = hasBias ? new Parameter(zeros(rows)) : null;
        RegisterComponents();
    }

    public override Parameter Weight => weight;

    /// <summary>Gets the biases (R); null for a classifier without biases.</summary>
    public Parameter? Bias => bias;

    /// <summary>Gets the number of rows of each class: 1, or more for a class that was merged.</summary>
    public ImmutableArray<int> RowCounts { get; }

    public sealed override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        return Merge(RowLogits(See(features))).MoveToOuterDisposeScope(); // (B, C)
    }

    /// <summary>Returns features (B, D) as the product with the rows takes them.</summary>
    public virtual Tensor See(Tensor features) => features.to(weight.dtype);

    /// <summary>Returns the logits (B, R) of all rows for features that are seen (B, D).</summary>
    private protected abstract Tensor RowLogits(Tensor x);

    /// <summary>Returns x Vᵀ + b (B, R) for rows V (R, D).</summary>
    private protected Tensor Multiply(Tensor x, Tensor rows, Tensor? biases) =>
        training ? nn.functional.linear(x, rows, biases) : MultiplyInBlocks(x, rows, biases);

    // The last bits of a product depend on its number of columns, by which libtorch divides the work. Blocks of one size, the last one
    // padded, keep the logits of a class the same when other classes come and go.
    private static Tensor MultiplyInBlocks(Tensor x, Tensor rows, Tensor? biases)
    {
        long count = rows.shape[0],
            missing = -count & (BlockSize - 1);
        Tensor padded = nn.functional.pad(rows, [0, 0, 0, missing]);
        Tensor? paddedBiases = biases is null ? null : nn.functional.pad(biases, [0, missing]);
        List<Tensor> blocks = [];
        for (long first = 0; first < count; first += BlockSize)
        {
            Tensor block = nn.functional.linear(x, padded.narrow(0, first, BlockSize), paddedBiases?.narrow(0, first, BlockSize));
            blocks.Add(block.narrow(1, 0, Math.Min(BlockSize, count - first))); // (B, 64 or fewer)
        }

        return cat(blocks, 1);
    }

    // exp(logit) of a merged class is the sum over its rows, and so its probability is the sum of theirs.
    private Tensor Merge(Tensor logits) // (B, R)
    {
        if (!_isMerged)
            return logits;
        List<Tensor> classes = [];
        long first = 0;
        foreach (int count in RowCounts)
        {
            Tensor rows = logits.narrow(1, first, count);
            classes.Add(count == 1 ? rows : rows.logsumexp(1, keepdim: true));
            first += count;
        }

        return cat(classes, 1); // (B, C)
    }
}
