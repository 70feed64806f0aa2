using System.Collections.Immutable;
using LiftPlus.Decisions;

namespace LiftPlus;

/// <summary>
/// Represents decisions on top of a model's scores, fitted on a validation set: calibrated probabilities, sets of classes with a promised
/// coverage, a threshold for unknown images, and the mix of classes that predictions are for. Immutable. A model applies it to every
/// prediction, saves it in its folder, and exports it with an ONNX file.
/// </summary>
public sealed partial record PredictionPolicy
{
    private readonly double[] _shares;
    private readonly double[] _toTail = [];

    internal PredictionPolicy(ClassDistribution classes)
    {
        Classes = classes;
        _shares = Decisions.Probabilities.Shares(classes);
    }

    /// <summary>Gets what the policy promises.</summary>
    public required PredictionPolicyOptions Options { get; init; }

    /// <summary>Gets the temperature T of all classes: probabilities are softmax(z / T).</summary>
    public required double Temperature { get; init; }

    /// <summary>
    /// Gets the temperatures of images that are predicted as a class with many, a medium number of and few training images. Each lies
    /// between the group's own one and <see cref="Temperature"/>, the closer to it the fewer images the group has.
    /// </summary>
    public required ImmutableArray<double> GroupTemperatures { get; init; }

    /// <summary>
    /// Gets the share (C) of each class among the images that predictions are for, in label order; null for the mix that the model was
    /// trained for. <c>FineTunedModel.AdaptTo</c> estimates it; set it where it is known.
    /// </summary>
    public ImmutableArray<double>? Prior { get; init; }

    /// <summary>Gets τ, the strength of <see cref="Prior"/>: 0 ignores it, 1 trusts it.</summary>
    /// <value>The default value is 1.</value>
    public double PriorStrength { get; init; } = 1;

    /// <summary>Gets the classes.</summary>
    internal ClassDistribution Classes { get; }

    /// <summary>Gets the mix (C) that the model's scores are for.</summary>
    internal ImmutableArray<double> Reference
    {
        get;
        init // PolicyCheck checks the length
        {
            field = value;
            _toTail = !value.IsDefault && value.Length == _shares.Length ? SetScores.ToTail(_shares, value) : [];
        }
    } = [];

    /// <summary>Gets the largest score of a class in a set: one, or one for each class (C).</summary>
    internal ImmutableArray<double> SetThresholds { get; init; } = [];

    /// <summary>Gets the score above which an image is unknown.</summary>
    internal double? UnknownThreshold { get; init; }

    /// <summary>Gets what measures unknown images; null where its arrays are not at hand.</summary>
    internal UnknownDetector? Detector { get; init; }

    /// <summary>Gets the training images that predictions can name; null if the policy keeps none.</summary>
    internal TrainingImages? TrainingImages { get; init; }

    /// <summary>Gets what is known of the mix of validation; null in a file for other runtimes.</summary>
    internal MixReference? Mix { get; init; }

    /// <summary>Gets whether the policy needs features besides logits.</summary>
    internal bool NeedsFeatures => Detector is not (null or MaximumSoftmax);

    /// <summary>Gets the number of features that it was fitted to; null if it needs none.</summary>
    internal int? FeatureWidth => TrainingImages?.Features.Width ?? Detector?.Arrays.Values.Max(array => (int?)array.Width);

    /// <summary>Gets the temperature of an image.</summary>
    internal double TemperatureOf(ReadOnlySpan<float> logits) =>
        GroupTemperatures[(int)Classes.GroupOf(Decisions.Probabilities.Largest(logits))];

    /// <summary>Decides about an image.</summary>
    /// <param name="logits">The logits (C).</param>
    /// <param name="features">The features (D); may be empty if <see cref="NeedsFeatures"/> is false.</param>
    internal Decision Decide(ReadOnlySpan<float> logits, ReadOnlySpan<float> features)
    {
        double[] values = new double[logits.Length];
        Decisions.Probabilities.Softmax(logits, values, 1 / TemperatureOf(logits), PriorShift());
        float[] probabilities = [.. values.Select(value => (float)value)];
        SetScores.Compute(Options.SetScore, logits, _shares, _toTail, values);
        ImmutableArray<int> set =
        [
            .. Enumerable.Range(0, values.Length).Where(c => values[c] <= SetThresholds[SetThresholds.Length == 1 ? 0 : c]),
        ];
        return new Decision(probabilities, set, Measure(logits, features));
    }

    /// <summary>Returns τ (log π - log π₀) of every class, for the mix π and the model's own π₀; empty without a mix.</summary>
    internal double[] PriorShift() =>
        Prior is ImmutableArray<double> prior && PriorStrength > 0
            ? [.. prior.Zip(Reference, (share, own) => PriorStrength * (Math.Log(share) - Math.Log(own)))]
            : [];

    private UnknownScore? Measure(ReadOnlySpan<float> logits, ReadOnlySpan<float> features)
    {
        if (Detector is null || UnknownThreshold is not double threshold)
            return null;
        float[] unit = new float[NeedsFeatures ? features.Length : 0];
        if (NeedsFeatures)
            Vectors.Normalize(features, unit);
        return new UnknownScore(Detector.Score(unit, logits), threshold);
    }
}
