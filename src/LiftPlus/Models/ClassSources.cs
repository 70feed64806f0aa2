using LiftPlus.Classifiers;
using LiftPlus.Messages;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Represents what images and words say about a new class: directions in the space of the features.</summary>
/// <param name="Class">The class.</param>
/// <param name="Images">The number of its images.</param>
/// <param name="Seen">What the classifier sees of the images (N, D), unit vectors; null without images.</param>
/// <param name="Told">The direction of the words (D), a unit vector; null without words.</param>
internal sealed record ClassSources(NewClass Class, int Images, Tensor? Seen, Tensor? Told)
{
    private const int ListedImages = 3;

    /// <summary>Encodes the words and the images of a class.</summary>
    /// <exception cref="LiftPlusException">
    /// An image cannot be read, the words are too long, or there are neither images nor words that the backbone can read.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ClassSources Read(
        FineTunedModel model,
        WeightedClassifier classifier,
        NewClass added,
        CancellationToken cancellationToken
    )
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor? told = HasWords(model, added) ? Encode(model, added, cancellationToken).MoveToOuterDisposeScope() : null;
        ImageSource[] images = [.. added.Images];
        if (images.Length == 0 && told is null)
        {
            throw new LiftPlusException(
                $"'{added.Name}' has no images, and {model.Backbone.Config.Name} has no text encoder with a vocabulary that could read the "
                    + "name. Give images of the class."
            );
        }

        Tensor? seen = images.Length == 0 ? null : See(model, classifier, added, images, cancellationToken).MoveToOuterDisposeScope();
        return new ClassSources(added, images.Length, seen, told);
    }

    // A name says as much as the names of the other classes did when training began. A description is always meant.
    private static bool HasWords(FineTunedModel model, NewClass added)
    {
        bool canRead = model.Backbone is { Text: not null, Tokenizer: not null };
        if (added.Description is null)
            return canRead && model.Recipe.Initialization is ClassifierInitialization.Auto or ClassifierInitialization.Semantic;
        if (string.IsNullOrWhiteSpace(added.Description))
            throw new LiftPlusException($"The description of '{added.Name}' is blank; give words, or null for the recipe's templates.");
        return canRead
            ? true
            : throw new LiftPlusException(
                $"'{added.Name}' has a description, and {model.Backbone.Config.Name} has no text encoder with a vocabulary that could read "
                    + "it. Give images of the class instead."
            );
    }

    private static Tensor Encode(FineTunedModel model, NewClass added, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> texts = added.Description is string words
            ? [words]
            : PromptTemplates.Fill(model.Recipe.PromptTemplates, added.Name);
        Tensor encoded = ClassTextEncoder.Encode(model.Backbone, [texts], null, [added.Name], cancellationToken); // (1, E)
        return SemanticInitializer.Directions(encoded, model.Backbone.ImageProjection)[0];
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
        Tensor raw = tensor(features).view(images.Count, -1).to(classifier.Weight.device); // (N, D)
        if (!raw.isfinite().all().item<bool>())
            throw new LiftPlusException($"The features of the images of '{added.Name}' are not finite, so the model was not changed.");
        return TensorMath.Normalize(classifier.See(raw));
    }
}
