using LiftPlus.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Makes vectors of texts in the joint space.</summary>
internal sealed class TextEmbeddingGenerator(ImageClassifier model) : ModelEmbeddingGenerator<string>(model, EmbeddingSpace.Joint)
{
    private readonly TextTokenizer _tokenizer = model.Backbone.RequireTokenizer();

    protected override string? Problem(string input) => string.IsNullOrWhiteSpace(input) ? "is a blank text" : null;

    protected override Task<IReadOnlyList<float[]>> EncodeAsync(IReadOnlyList<string> batch, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<float[]>>(() => Encode(batch), cancellationToken);

    private float[][] Encode(IReadOnlyList<string> texts)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor tokens = _tokenizer.Tokenize(texts).to(Model.Device); // (M, T)
        return Units(Model.Backbone.ProjectText(Model.Backbone.EncodeText(tokens)));
    }
}
