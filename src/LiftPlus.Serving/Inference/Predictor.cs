using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using LiftPlus.Decisions;

namespace LiftPlus.Inference;

/// <summary>Turns prepared images into predictions, with one forward pass for all of them.</summary>
internal static class Predictor
{
    private const float SmallestLength = 1e-12f; // as torch's normalize

    /// <summary>Classifies prepared images, in order; those with an error get a prediction with that error.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The images; not disposed.</param>
    /// <param name="optionsOf">What is wanted of the image at a place.</param>
    /// <exception cref="LiftPlusException">The classifier does not give one logit for each image and class.</exception>
    public static Prediction[] Predict(
        ImageClassifierBase model,
        IReadOnlyList<PreparedImage> images,
        Func<int, PredictionOptions> optionsOf
    )
    {
        var predictions = new Prediction[images.Count];
        int[] readable = [.. Enumerable.Range(0, images.Count).Where(i => images[i].Error is null)];
        for (int i = 0; i < predictions.Length; i++)
        {
            if (images[i].Error is LiftPlusException error)
                predictions[i] = new Prediction(images[i].Name, []) { Error = error };
        }

        if (readable.Length == 0)
            return predictions;
        using Activity? activity = LiftPlusTelemetry.Start("predict batch")?.SetTag("liftplus.images", readable.Length);
        bool features = readable.Any(i => optionsOf(i) is var wanted && (wanted.Features != FeatureKind.None || Asks(wanted)));
        Scores scores = model.Score([.. readable.Select(i => images[i])], features);
        int classes = scores.ClassNames.Length,
            width = scores.Features.Length / readable.Length;
        foreach ((int row, int i) in readable.Index())
        {
            PredictionOptions options = optionsOf(i);
            ReadOnlyMemory<float> ofImage = scores.Probabilities.AsMemory(row * classes, classes);
            ReadOnlySpan<float> raw = scores.Features.AsSpan(row * width, width);
            Decision? decision = scores.Policy?.Decide(scores.Logits.AsSpan(row * classes, classes), raw);
            ofImage = decision?.Probabilities ?? ofImage;
            predictions[i] = new Prediction(images[i].Name, Top(ofImage, options.Top, scores.ClassNames))
            {
                Set = decision is null ? null : Ranked(ofImage, decision.Set, scores.ClassNames),
                Unknown = decision?.Unknown,
                Neighbors = Asks(options) ? scores.Policy?.TrainingImages?.Nearest(raw, options.Neighbors, scores.ClassNames) : null,
                Probabilities = options.Probabilities ? [.. ofImage.Span] : [],
                Features = options.Features switch
                {
                    FeatureKind.Raw => [.. raw],
                    FeatureKind.Normalized => Normalize(raw),
                    _ => [],
                },
            };
        }

        return predictions;

        bool Asks(PredictionOptions options) => options.Neighbors > 0 && model.KeepsTrainingImages;
    }

    private static ImmutableArray<float> Normalize(ReadOnlySpan<float> features)
    {
        double squares = 0;
        foreach (float value in features)
            squares += (double)value * value;
        float length = MathF.Max((float)Math.Sqrt(squares), SmallestLength);
        float[] unit = new float[features.Length];
        for (int i = 0; i < unit.Length; i++)
            unit[i] = features[i] / length;
        return ImmutableCollectionsMarshal.AsImmutableArray(unit);
    }

    private static ImmutableArray<ClassScore> Top(ReadOnlyMemory<float> probabilities, int top, IReadOnlyList<string> names) =>
        Ranked(probabilities, Enumerable.Range(0, probabilities.Length), names, top);

    // OrderBy is stable: ties go to the lower label.
    private static ImmutableArray<ClassScore> Ranked(
        ReadOnlyMemory<float> probabilities,
        IEnumerable<int> labels,
        IReadOnlyList<string> names,
        int most = int.MaxValue
    ) =>
        [
            .. labels
                .OrderByDescending(label => probabilities.Span[label])
                .Take(most)
                .Select(label => new ClassScore(label, names[label], probabilities.Span[label])),
        ];
}
