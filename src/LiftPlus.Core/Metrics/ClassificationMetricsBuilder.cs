using System.Collections.Immutable;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Metrics;

/// <summary>Collects the predictions for test images batch by batch, 24 bytes per image. Not thread-safe.</summary>
public sealed class ClassificationMetricsBuilder
{
    private readonly ClassDistribution _training;
    private readonly List<ImageOutcome> _outcomes = [];

    /// <summary>Creates an empty builder.</summary>
    /// <param name="training">The class distribution of the training set, which decides the groups.</param>
    public ClassificationMetricsBuilder(ClassDistribution training) => _training = training;

    /// <summary>Gets the images added so far, in order.</summary>
    public ImmutableArray<ImageOutcome> Outcomes => [.. _outcomes];

    /// <summary>Adds a batch from any device.</summary>
    /// <param name="labels">The integer labels (B).</param>
    /// <param name="logits">The logits (B, C).</param>
    /// <param name="indices">The B positions of the images in the test set; null to continue counting.</param>
    /// <exception cref="LiftPlusException">The shapes do not match, or a label is out of range.</exception>
    public void Add(Tensor labels, Tensor logits, IReadOnlyList<int>? indices = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hostLabels = labels.detach().to(int64).cpu().contiguous(),
            hostLogits = logits.detach().to(float32).cpu().contiguous();
        Add(hostLabels.data<long>().ToArray(), hostLogits.data<float>().ToArray(), indices);
    }

    /// <summary>
    /// Adds a batch. The class with the highest logit is the prediction, the lowest label in a tie. A row with a NaN counts as wrong.
    /// </summary>
    /// <param name="labels">The B labels.</param>
    /// <param name="logits">The logits, B rows of C.</param>
    /// <param name="indices">The B positions of the images in the test set; null to continue counting.</param>
    /// <exception cref="LiftPlusException">The lengths do not match, or a label is out of range. Nothing is added.</exception>
    public void Add(ReadOnlySpan<long> labels, ReadOnlySpan<float> logits, IReadOnlyList<int>? indices = null)
    {
        int classes = _training.ClassCount;
        if (logits.Length != (long)labels.Length * classes)
            throw new LiftPlusException(
                $"{labels.Length} labels with {logits.Length} logits: give {classes} logits, one per class, for each label."
            );
        if (indices is not null && indices.Count != labels.Length)
            throw new LiftPlusException($"{labels.Length} labels with {indices.Count} indices: give one index for each label.");
        Check(labels);
        for (int i = 0; i < labels.Length; i++)
            _outcomes.Add(Judge(indices?[i] ?? _outcomes.Count, (int)labels[i], logits.Slice(i * classes, classes)));
    }

    /// <summary>Adds existing predictions, for which top-5 accuracy and confidence are unknown.</summary>
    /// <exception cref="LiftPlusException">The lengths differ, or a label is out of range. Nothing is added.</exception>
    public void AddPredictions(ReadOnlySpan<long> labels, ReadOnlySpan<long> predictions)
    {
        if (labels.Length != predictions.Length)
            throw new LiftPlusException(
                $"{labels.Length} labels with {predictions.Length} predictions: give one prediction for each label."
            );
        Check(labels);
        for (int i = 0; i < labels.Length; i++)
            _outcomes.Add(
                new ImageOutcome(
                    _outcomes.Count,
                    (int)labels[i],
                    (ulong)predictions[i] < (ulong)_training.ClassCount ? (int)predictions[i] : -1
                )
            );
    }

    /// <summary>Computes the metrics of all images added so far.</summary>
    /// <exception cref="LiftPlusException">No images were added.</exception>
    public ClassificationMetrics Build() => ClassificationMetrics.Compute(_outcomes, _training);

    private static ImageOutcome Judge(int index, int label, ReadOnlySpan<float> row)
    {
        int predicted = 0,
            before = 0; // number of classes that rank before the label
        for (int c = 0; c < row.Length; c++)
        {
            if (float.IsNaN(row[c]))
                return new ImageOutcome(index, label, -1, false);
            if (row[c] > row[predicted])
                predicted = c;
            if (row[c] > row[label] || (row[c] == row[label] && c < label))
                before++;
        }

        double sum = 0;
        foreach (float logit in row)
            sum += MathF.Exp(logit - row[predicted]);
        float? confidence = double.IsFinite(sum) ? (float)(1 / sum) : null; // infinite logits have no softmax
        return new ImageOutcome(index, label, predicted, before < 5, confidence);
    }

    private void Check(ReadOnlySpan<long> labels)
    {
        foreach (long label in labels)
            ClassTally.CheckLabel(label, _training.ClassCount);
    }
}
