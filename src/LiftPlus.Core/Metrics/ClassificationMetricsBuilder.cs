using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Metrics;

/// <summary>Gathers <see cref="ClassificationMetrics"/> batch by batch, keeping two numbers per class. Not for several threads at once.</summary>
public sealed class ClassificationMetricsBuilder
{
    private readonly ClassDistribution _training;
    private readonly long[] _seen, _correct;
    private long _topFive;
    private bool _ranked = true;

    /// <summary>Starts with no image.</summary>
    /// <param name="training">The class distribution of the training set: it decides the groups.</param>
    public ClassificationMetricsBuilder(ClassDistribution training)
    {
        _training = training;
        _seen = new long[training.ClassCount];
        _correct = new long[training.ClassCount];
    }

    /// <summary>Adds a batch from the device.</summary>
    /// <param name="labels">Integer labels (B).</param>
    /// <param name="logits">(B, C).</param>
    /// <exception cref="LiftPlusException">Shapes that do not fit, or a label outside the classes.</exception>
    public void Add(Tensor labels, Tensor logits)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hostLabels = labels.detach().to(int64).cpu().contiguous(), hostLogits = logits.detach().to(float32).cpu().contiguous();
        Add(hostLabels.data<long>().ToArray(), hostLogits.data<float>().ToArray());
    }

    /// <summary>
    /// Adds a batch. The prediction is the highest logit, the lowest label where several are equal; a row with a NaN counts as wrong.
    /// </summary>
    /// <param name="labels">B labels.</param>
    /// <param name="logits">B rows of C logits.</param>
    /// <exception cref="LiftPlusException">Lengths that do not fit, or a label outside the classes. Nothing is added then.</exception>
    public void Add(ReadOnlySpan<long> labels, ReadOnlySpan<float> logits)
    {
        int classes = _seen.Length;
        if (logits.Length != (long)labels.Length * classes)
            throw new LiftPlusException($"{labels.Length} labels with {logits.Length} logits: give {classes} logits, one per class, for each label.");
        Check(labels);
        for (int i = 0; i < labels.Length; i++)
        {
            int rank = Rank(logits.Slice(i * classes, classes), (int)labels[i]);
            _seen[labels[i]]++;
            _correct[labels[i]] += rank == 0 ? 1 : 0;
            _topFive += rank < 5 ? 1 : 0;
        }
    }

    /// <summary>Adds predictions made already; the top-5 accuracy is then not known.</summary>
    /// <exception cref="LiftPlusException">Different lengths, or a label outside the classes. Nothing is added then.</exception>
    public void AddPredictions(ReadOnlySpan<long> labels, ReadOnlySpan<long> predictions)
    {
        if (labels.Length != predictions.Length)
            throw new LiftPlusException($"{labels.Length} labels with {predictions.Length} predictions: give one prediction for each label.");
        Check(labels);
        _ranked = false;
        for (int i = 0; i < labels.Length; i++)
        {
            _seen[labels[i]]++;
            _correct[labels[i]] += predictions[i] == labels[i] ? 1 : 0;
        }
    }

    /// <summary>The metrics of everything added so far.</summary>
    /// <exception cref="LiftPlusException">No image was added.</exception>
    public ClassificationMetrics Build()
    {
        long count = _seen.Sum();
        if (count == 0)
            throw new LiftPlusException("There is no test image, so there is no accuracy; evaluate at least one image.");
        double?[] perClass = [.. _seen.Select((seen, c) => seen == 0 ? (double?)null : 100.0 * _correct[c] / seen)];
        double? Mean(ShotGroup group) => perClass.Where((_, c) => _training.GroupOf(c) == group).Average();
        return new ClassificationMetrics
        {
            Count = count,
            Overall = 100.0 * _correct.Sum() / count,
            Top5 = _ranked ? 100.0 * _topFive / count : null,
            MeanClass = perClass.Average()!.Value,
            Many = Mean(ShotGroup.Many),
            Medium = Mean(ShotGroup.Medium),
            Few = Mean(ShotGroup.Few),
            PerClass = [.. perClass],
            PerClassCount = [.. _seen],
        };
    }

    // How many classes come before the label's; the number of classes when the row has a NaN.
    private static int Rank(ReadOnlySpan<float> row, int label)
    {
        float own = row[label];
        int rank = 0;
        for (int c = 0; c < row.Length; c++)
        {
            if (float.IsNaN(row[c]))
                return int.MaxValue;
            if (row[c] > own || (row[c] == own && c < label))
                rank++;
        }

        return rank;
    }

    private void Check(ReadOnlySpan<long> labels)
    {
        foreach (long label in labels)
        {
            if ((ulong)label >= (ulong)_seen.Length)
            {
                throw new LiftPlusException(
                    $"The test label {label} is none of the {_seen.Length} training classes (0 to {_seen.Length - 1}); " +
                    "test and training data must share their class list.");
            }
        }
    }
}
