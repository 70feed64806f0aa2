using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Texts;
using LiftPlus.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Classifies images with CLIP without training: exp(logit_scale) · unit(image) · unit(text)ᵀ with a sentence per class (arXiv 2103.00020).
/// It owns the backbone.
/// </summary>
/// <remarks>
/// SigLIP's logits have a learned summand, and its probabilities are sigmoids (arXiv 2303.15343): each is that of its class alone, whatever
/// the other classes are, and their sum is not 1. With all other backbones probabilities are a softmax over the classes.
/// </remarks>
public sealed class ZeroShotClassifier : ImageClassifier
{
    /// <summary>Creates the classifier and encodes the class names.</summary>
    /// <param name="backbone">A CLIP backbone with its tokenizer. The classifier disposes it.</param>
    /// <param name="classes">The classes; their counts only determine the groups in a report.</param>
    /// <param name="templates">Sentences that contain the class name; by default "a photo of a {}."</param>
    /// <param name="inference">How images are prepared.</param>
    /// <param name="decoder">The image decoder; by default SkiaSharp's.</param>
    /// <exception cref="LiftPlusException">The backbone has no text encoder or no tokenizer.</exception>
    public ZeroShotClassifier(
        Backbone backbone,
        ClassDistribution classes,
        IReadOnlyList<string>? templates = null,
        InferenceOptions? inference = null,
        IImageDecoder? decoder = null
    )
        : base(backbone, CreateHead(backbone, classes, templates ?? PromptTemplates.Single), inference ?? new InferenceOptions(), decoder)
    { }

    /// <inheritdoc/>
    internal override bool HasIndependentClasses => Backbone.Config.HasLogitBias;

    /// <summary>Loads a CLIP model and encodes the class names, on the first GPU or else the CPU.</summary>
    /// <param name="backbone">
    /// A folder, or a repository of the hub such as "openai/clip-vit-base-patch16", which is downloaded if it is not in the cache.
    /// </param>
    /// <param name="classNames">The classes.</param>
    /// <exception cref="LiftPlusException">
    /// The backbone cannot be found or read, or has no text encoder or tokenizer; there are no classes, one has no name, or two have the
    /// same.
    /// </exception>
    public static ZeroShotClassifier Load(string backbone, params IEnumerable<string> classNames) =>
        Load(backbone, [.. classNames], new ModelLoadOptions());

    /// <summary>Loads a CLIP model and encodes the class names.</summary>
    /// <param name="backbone">A folder, or a repository of the hub, which is downloaded if it is not in the cache.</param>
    /// <param name="classNames">The classes.</param>
    /// <param name="options">
    /// The device, hub, decoder, logger and progress. A hub with <see cref="HubOptions.Offline"/> allows no download.
    /// </param>
    /// <param name="templates">Sentences that contain the class name; null for "a photo of a {}."</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="LiftPlusException">As above; or the options name a second backbone or a hash.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ZeroShotClassifier Load(
        string backbone,
        IReadOnlyList<string> classNames,
        ModelLoadOptions options,
        IReadOnlyList<string>? templates = null,
        CancellationToken cancellationToken = default
    )
    {
        if (options.HasBackbone || options.TrustedHash is not null)
            throw new LiftPlusException(
                $"{nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.Backbone)}, {nameof(ModelLoadOptions.CreateBackbone)} and "
                    + $"{nameof(ModelLoadOptions.TrustedHash)} are for model folders. Leave them out: the backbone here is '{backbone}'."
            );
        return Create(classNames, templates, options with { Backbone = backbone, MayDownload = true }, cancellationToken);
    }

    /// <summary>Creates a classifier on the backbone of the options.</summary>
    internal static ZeroShotClassifier Create(
        IReadOnlyList<string> classNames,
        IReadOnlyList<string>? templates,
        ModelLoadOptions options,
        CancellationToken cancellationToken
    )
    {
        OptionsValidator.ThrowIfInvalid(options);
        Device device = DeviceName.Resolve(options.Device);
        ClassDistribution classes = new(classNames, new int[classNames.Count]);
        ClassName.Labels(classNames, "the classifier");
        ILogger logger = options.Logger ?? NullLogger.Instance;
        Backbone backbone = options is { HasBackbone: true, CreateBackbone: not null }
            ? options.CreateBackbone()
            : Backbone.Load(options.FindBackbone(options.Backbone!, logger, cancellationToken).Path);
        try
        {
            if (backbone.Origin is BackboneOrigin origin)
                ModelLog.Found(logger, backbone.Config.Name, origin);
            foreach (string remark in backbone.Origin?.Remarks ?? [])
                ModelLog.Remarked(logger, remark);
            if (backbone.Config.HasLogitBias)
                ModelLog.IndependentClasses(logger, backbone.Config.Name);
            backbone.to(device);
            backbone.eval();
            return new ZeroShotClassifier(backbone, classes, templates, decoder: options.Decoder);
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    private static ModelHead CreateHead(Backbone backbone, ClassDistribution classes, IReadOnlyList<string> templates)
    {
        IReadOnlyList<string>[] texts = [.. classes.Names.Select(name => PromptTemplates.Fill(templates, name))];
        ClassTextEncoder.CheckLengths(backbone, texts, classes.Names);
        TextClassifier classifier = new(backbone, texts);
        classifier.eval();
        classifier.Encode();
        FineTuningRecipe recipe = new()
        {
            Peft = [],
            Classifier = new TextClassifierOptions(),
            PromptTemplates = [.. templates],
        };
        return new ModelHead(classes, classifier, recipe);
    }
}
