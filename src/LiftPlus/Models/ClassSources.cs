using LiftPlus.Classifiers;
using LiftPlus.Messages;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Represents what images and words say about a new class: directions in the space of the features, on the CPU.</summary>
/// <param name="Class">The class.</param>
/// <param name="Images">The number of its images.</param>
/// <param name="Seen">What the classifier sees of the images (N, D), unit vectors; null without images.</param>
/// <param name="Told">The direction of the words (D), a unit vector; null without words.</param>
internal sealed record ClassSources(NewClass Class, int Images, Tensor? Seen, Tensor? Told)
{
    private const int ListedImages = 3;

    /// <summary>Encodes the words and the images of a class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Its classes.</param>
    /// <param name="added">The class.</param>
    /// <param name="words">Encodes words.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">
    /// An image cannot be read, the words are too long, or there are neither images nor words that the backbone can read.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ClassSources Read(
        FineTunedModel model,
        ClassRows rows,
        NewClass added,
        ClassWords words,
        CancellationToken cancellationToken
    )
    {
        Tensor? told = null;
        if (HasWords(model.Backbone, rows, added))
            told = words.Encode(model.Backbone, [rows.Texts(added.Name, added.Description)], [added.Name], cancellationToken)[0];
        ImageSource[] images = [.. added.Images];
        if (images.Length == 0 && told is null)
        {
            throw new LiftPlusException(
                $"'{added.Name}' has no images, and {model.Backbone.Config.Name} has no text encoder with a vocabulary that could read the "
                    + "name. Give images of the class."
            );
        }

        Tensor? seen = images.Length == 0 ? null : See(model, rows.Classifier, added, images, cancellationToken);
        return new ClassSources(added, images.Length, seen, told);
    }

    /// <summary>Returns whether the backbone can read words.</summary>
    public static bool CanRead(Backbone backbone) => backbone is { Text: not null, Tokenizer: not null, ProjectsLinearly: true };

    // A name says as much as the names of the other classes did when training began. A description is always meant.
    private static bool HasWords(Backbone backbone, ClassRows rows, NewClass added)
    {
        if (added.Description is null)
            return CanRead(backbone) && rows.NamesTookPart;
        if (string.IsNullOrWhiteSpace(added.Description))
            throw new LiftPlusException($"The description of '{added.Name}' is blank; give words, or null for the recipe's templates.");
        return CanRead(backbone)
            ? true
            : throw new LiftPlusException(
                $"'{added.Name}' has a description, and {backbone.Config.Name} has no text encoder with a vocabulary that could read it. "
                    + "Give images of the class instead."
            );
    }

    private static Tensor See(
        FineTunedModel model,
        WeightedClassifier classifier,
        NewClass added,
        IReadOnlyList<ImageSource> images,
        CancellationToken cancellationToken
    )
    {
        PredictionOptions options = new()
        {
            Top = 1,
            Features = FeatureKind.Raw,
            KeepErrors = true,
        };
        IReadOnlyList<Prediction> predictions = model.Predict(images, options, cancellationToken);
        LiftPlusException[] errors = [.. predictions.Select(prediction => prediction.Error).OfType<LiftPlusException>()];
        if (errors.Length > 0)
        {
            throw new LiftPlusException(
                $"{errors.Length} of the {images.Count} images of '{added.Name}' cannot be read, so the model was not changed: "
                    + $"{MessageText.FirstAndRest([.. errors.Select(error => error.Message)], ListedImages, "; ")}",
                errors[0]
            );
        }

        float[] features = [.. predictions.SelectMany(prediction => prediction.Features)];
        Tensor raw = tensor(features).view(images.Count, -1); // (N, D)
        if (!raw.isfinite().all().item<bool>())
            throw new LiftPlusException($"The features of the images of '{added.Name}' are not finite, so the model was not changed.");
        return TensorMath.Normalize(classifier.See(raw));
    }
}
