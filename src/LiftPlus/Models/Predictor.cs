using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using LiftPlus.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Turns prepared images into predictions, with one forward pass for all of them.</summary>
internal static class Predictor
{
    /// <summary>Classifies prepared images, in order; those with an error get a prediction with that error.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The images; not disposed.</param>
    /// <param name="shape">The shape of an image's numbers (<see cref="ImagePreparer.Shape"/>).</param>
    /// <param name="optionsOf">What is wanted of the image at a place.</param>
    /// <param name="check">Receives the features (B, D) and the logits (B, C), and throws if they are wrong.</param>
    /// <exception cref="LiftPlusException">The classifier does not give one logit for each image and class.</exception>
    public static Prediction[] Predict(
        ImageClassifier model,
        IReadOnlyList<PreparedImage> images,
        ReadOnlySpan<long> shape,
        Func<int, PredictionOptions> optionsOf,
        Action<Tensor, Tensor>? check = null
    )
    {
        using ModelUse use = model.Enter();
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
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        (Tensor features, Tensor logits) = model.Compute(Stack(images, readable, shape).to(model.Device), use.Head.Classifier);
        ImmutableArray<string> names = use.Head.Classes.Names;
        int classes = names.Length;
        if (logits.shape is not [var rows, var columns] || (rows, columns) != (readable.Length, classes))
        {
            throw new LiftPlusException(
                $"The classifier gives results of the shape ({string.Join(", ", logits.shape)}) for {readable.Length} images and {classes} "
                    + $"classes; it must be ({readable.Length}, {classes}). Check the classifier and the class names."
            );
        }

        check?.Invoke(features, logits);
        float[] probabilities = Numbers(logits.softmax(1));
        float[]? raw = readable.Any(i => optionsOf(i).Features == FeatureKind.Raw) ? Numbers(features) : null;
        float[]? unit = readable.Any(i => optionsOf(i).Features == FeatureKind.Normalized) ? Numbers(TensorMath.Normalize(features)) : null;
        int width = (int)features.shape[1];
        foreach ((int row, int i) in readable.Index())
        {
            PredictionOptions options = optionsOf(i);
            ReadOnlyMemory<float> ofImage = probabilities.AsMemory(row * classes, classes);
            predictions[i] = new Prediction(images[i].Name, Top(ofImage, options.Top, names))
            {
                Probabilities = options.Probabilities ? [.. ofImage.Span] : [],
                Features = options.Features switch
                {
                    FeatureKind.Raw => [.. raw.AsSpan(row * width, width)],
                    FeatureKind.Normalized => [.. unit.AsSpan(row * width, width)],
                    _ => [],
                },
            };
        }

        return predictions;
    }

    private static Tensor Stack(IReadOnlyList<PreparedImage> images, int[] readable, ReadOnlySpan<long> shape)
    {
        Tensor stacked = empty([readable.Length, .. shape], float32);
        Span<float> numbers = MemoryMarshal.Cast<byte, float>(stacked.bytes);
        foreach (int i in readable)
        {
            images[i].Numbers.CopyTo(numbers);
            numbers = numbers[images[i].Numbers.Length..];
        }

        return stacked;
    }

    private static float[] Numbers(Tensor values) => [.. values.to(float32).cpu().contiguous().data<float>()];

    // OrderBy is stable: ties go to the lower label.
    private static ImmutableArray<ClassScore> Top(ReadOnlyMemory<float> probabilities, int top, IReadOnlyList<string> names) =>
        [
            .. Enumerable
                .Range(0, probabilities.Length)
                .OrderByDescending(label => probabilities.Span[label])
                .Take(top)
                .Select(label => new ClassScore(label, names[label], probabilities.Span[label])),
        ];
}
