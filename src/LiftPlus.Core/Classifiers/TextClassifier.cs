using LiftPlus.Classifiers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// No weights: classes are told apart by their texts, as in zero-shot CLIP and CoOp (arXiv 2103.00020, 2109.01134). It needs a backbone with a
/// text tower and tokenizer.
/// </summary>
public sealed record TextClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "text";

    /// <inheritdoc/>
    public override bool HasWeight => false;

    /// <inheritdoc/>
    /// <exception cref="LiftPlusException">The backbone has no text tower or no tokenizer, or there are no class texts.</exception>
    public override Classifier CreateClassifier(ClassifierContext context)
    {
        if (context.Backbone is null || context.ClassTexts.Count == 0)
            throw new LiftPlusException(
                "The text classifier needs a CLIP backbone and a text for each class; choose a classifier with weights, such as the cosine one."
            );
        context.Backbone.RequireTokenizer();
        return new TextClassifier(context.Backbone, context.ClassTexts);
    }
}

/// <summary>
/// z = exp(logit_scale) · unit(x · P) · unit(text)ᵀ. While the text side trains, texts are encoded in every step; else once, and then kept.
/// The backbone belongs to the caller.
/// </summary>
public sealed class TextClassifier : Classifier
{
    private readonly Backbone _backbone; // deliberately no submodule: it is not this head's to train or free
    private readonly IReadOnlyList<IReadOnlyList<string>> _texts;
    private readonly Lock _gate = new();
    private Tensor? _embeddings; // (C, E), kept while nothing in them can change

    internal TextClassifier(Backbone backbone, IReadOnlyList<IReadOnlyList<string>> texts)
        : base(nameof(TextClassifier)) => (_backbone, _texts) = (backbone, texts);

    /// <inheritdoc/>
    public override Parameter? Weight => null;

    /// <inheritdoc/>
    public override double LogitScale
    {
        get
        {
            using IDisposable noGrad = no_grad();
            using Tensor scale = _backbone.LogitScale!.exp();
            return scale.item<float>();
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        return _backbone.Logits(_backbone.ProjectImage(features), Embeddings()).MoveToOuterDisposeScope(); // (B, C)
    }

    /// <inheritdoc/>
    public override void train(bool train = true)
    {
        Forget();
        base.train(train);
    }

    private bool TextTrains =>
        _backbone
            .Text!.parameters()
            .Concat(_backbone.TextEmbeddingSite.parameters())
            .Append(_backbone.TextProjection!)
            .Any(p => p.requires_grad);

    private Tensor Embeddings()
    {
        if (training && TextTrains)
            return ClassTextEncoder.Encode(_backbone, _texts);
        lock (_gate)
        {
            using IDisposable noGrad = no_grad();
            return _embeddings ??= ClassTextEncoder.Encode(_backbone, _texts).DetachFromDisposeScope();
        }
    }

    private void Forget()
    {
        _embeddings?.Dispose();
        _embeddings = null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Forget();
        base.Dispose(disposing);
    }
}
