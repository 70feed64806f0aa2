using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Evaluation;
using LiftPlus.Inference;
using LiftPlus.Models;
using LiftPlus.Processes;
using LiftPlus.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Represents a fine-tuned CLIP together with zero-shot CLIP, both without their class priors (generalized logit adjustment, GLA, arXiv
/// 2310.08106): z = (z_tuned - log π_s) + (z_zero-shot - log π_p). The training set has the prior π_s, which an adjusted loss removes
/// already; the prior π_p of the web, on which CLIP was trained, is estimated from labelled images. Each image passes through both models.
/// </summary>
public sealed class DebiasedEnsemble : ImageClassifier
{
    private readonly FineTunedModel _model;
    private Tensor? _shift; // (C), -log π_s - log π_p; null until it is estimated

    private DebiasedEnsemble(FineTunedModel model, Backbone untouched, ModelHead head)
        : base(untouched, head, model.Inference, model.Decoder) => _model = model;

    /// <summary>Loads the untouched backbone of a model, and estimates the prior of its zero-shot scores.</summary>
    /// <param name="model">The model, trained with the default sampler. The ensemble does not own it; dispose it afterwards.</param>
    /// <param name="images">Labelled images, such as the training images, with the model's classes in any order.</param>
    /// <param name="options">Where the backbone is and where to compute, as for <see cref="FineTunedModel.Load"/>.</param>
    /// <param name="progress">Called after every batch of the estimation.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">
    /// The backbone has no text encoder or is not the one the model was trained on, the sampler changed the prior, or the classes differ.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DebiasedEnsemble Create(
        FineTunedModel model,
        ImageDataset images,
        ModelLoadOptions? options = null,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        if (model.Recipe.Sampler is not ShuffleSamplerOptions)
            throw new LiftPlusException(
                $"The model was trained with the sampler '{model.Recipe.Sampler.Type}', which changes the class prior in an unknown way. "
                    + "Train with the default sampler."
            );
        Backbone untouched = LoadBackbone(model, options ?? new ModelLoadOptions(), cancellationToken);
        DebiasedEnsemble? ensemble = null;
        try
        {
            ensemble = new DebiasedEnsemble(model, untouched, CreateHead(model, untouched));
            ensemble.Estimate(images, progress, cancellationToken);
            return ensemble;
        }
        catch
        {
            ensemble?.Dispose();
            untouched.Dispose();
            throw;
        }
    }

    /// <summary>Gets the estimated prior π_p of the zero-shot scores, by class; its sum is 1.</summary>
    public IReadOnlyList<double> ZeroShotPrior
    {
        get => Alive(field);
        private set;
    } = [];

    /// <inheritdoc/>
    internal override (Tensor Features, Tensor Logits) Compute(Tensor images, Classifier classifier)
    {
        (Tensor features, Tensor zeroShot) = base.Compute(images, classifier);
        if (_shift is null)
            return (features, zeroShot);
        using ModelUse use = _model.Enter();
        if (!use.Head.Classes.Names.SequenceEqual(Classes.Names))
            throw new LiftPlusException("The classes of the model have changed since the ensemble was created. Create it again.");
        (features, Tensor tuned) = _model.Compute(images.to(_model.Device), use.Head.Classifier);
        return (features, TensorMath.Add(TensorMath.Add(tuned.to(zeroShot.device), zeroShot), _shift));
    }

    private protected override void Free() => _shift?.Dispose();

    private void Estimate(ImageDataset images, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        using ModelUse use = Enter();
        int[] labelOf = [.. ClassNameMap.Match(images.ClassNames, Classes.Names)];
        List<Tensor> scores = [];
        List<long> labels = [];
        Run(
            images,
            use.Head.Classifier,
            progress,
            SingleProcess.Instance,
            (places, logits) =>
            {
                scores.Add(logits.MoveToOuterDisposeScope());
                labels.AddRange(places.Select(index => (long)labelOf[images[index].Label]));
            },
            cancellationToken
        );
        int[] counts = new int[Classes.ClassCount];
        foreach (long label in labels)
            counts[label]++;
        Tensor all = cat(scores, 0);
        double[] log = LabelPrior.Estimate(all, tensor(labels, device: all.device), new ClassDistribution(Classes.Names, counts));
        ZeroShotPrior = [.. log.Select(Math.Exp)];
        double[] shift = [.. log.Zip(_model.Recipe.Loss.LogPrior(_model.Classes), (web, own) => -web - own)];
        _shift = tensor(shift, float32, all.device).DetachFromDisposeScope();
    }

    private static Backbone LoadBackbone(FineTunedModel model, ModelLoadOptions options, CancellationToken cancellationToken)
    {
        OptionsValidator.ThrowIfInvalid(options);
        string? place = options.Backbone ?? model.BackbonePath ?? model.Recipe.Backbone;
        if (place is null && options.CreateBackbone is null)
            throw new LiftPlusException(
                $"The model was trained on a backbone that was made in code. Set {nameof(ModelLoadOptions)}."
                    + $"{nameof(ModelLoadOptions.Backbone)} or {nameof(ModelLoadOptions.CreateBackbone)}."
            );
        ILogger logger = options.Logger ?? NullLogger.Instance;
        Backbone backbone = options.CreateBackbone is Func<Backbone> create
            ? create()
            : Backbone.Load(options.FindBackbone(place!, logger, cancellationToken).Path, model.Recipe.BackboneOptions);
        try
        {
            var identity = BackboneIdentity.From(backbone, WeightsHash.Compute(backbone));
            if (model.BackboneIdentity.Differences(identity, "in the model").ToArray() is { Length: > 0 } differences)
                throw new LiftPlusException(
                    $"The backbone is not the one that the model was trained on: {string.Join("; ", differences)}. Give the same backbone."
                );
            backbone.RequireTokenizer();
            backbone.to(DeviceName.Resolve(options.Device));
            backbone.eval();
            return backbone;
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    private static ModelHead CreateHead(FineTunedModel model, Backbone untouched)
    {
        FineTuningRecipe recipe = model.Recipe with { Peft = [], Classifier = new TextClassifierOptions() };
        TextClassifier classifier = new(untouched, ModelFactory.ClassTexts(recipe, model.ClassNames));
        classifier.eval();
        classifier.Encode();
        return new ModelHead(model.Classes, classifier, recipe);
    }
}
