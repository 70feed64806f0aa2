using TorchSharp;
using static TorchSharp.torch;
using LiftPlus.Backbones;

namespace LiftPlus.Classifiers;

/// <summary>Class texts to embeddings in the joint space (C, E).</summary>
public static class ClassTextEncoder
{
    private const int TextsPerPass = 1000;

    /// <summary>
    /// One embedding per class: the projected text feature, and where a class has several texts the mean of their unit embeddings. Tracks
    /// gradients where the caller does.
    /// </summary>
    /// <param name="backbone">A CLIP backbone with its tokenizer.</param>
    /// <param name="classTexts">For each template, one text per class in label order.</param>
    /// <param name="cancellationToken">Stops between passes of 1,000 texts.</param>
    /// <exception cref="LiftPlusException">No text encoder, no tokenizer, or a text of too many tokens.</exception>
    public static Tensor Encode(Backbone backbone, IReadOnlyList<IReadOnlyList<string>> classTexts, CancellationToken cancellationToken = default)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] perTemplate = [.. classTexts.Select(texts => EncodeTexts(backbone, texts, cancellationToken))]; // (C, E) each
        Tensor result = perTemplate.Length == 1 ? perTemplate[0] : stack(perTemplate.Select(TensorMath.Normalize), 0).mean([0]);
        return result.MoveToOuterDisposeScope();
    }

    private static Tensor EncodeTexts(Backbone backbone, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ClipTokenizer tokenizer = backbone.RequireTokenizer();
        List<Tensor> parts = [];
        foreach (string[] chunk in texts.Chunk(TextsPerPass))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor tokens = tokenizer.Tokenize(chunk).to(backbone.Device); // (M, T)
            parts.Add(backbone.ProjectText(backbone.EncodeText(tokens)));
        }

        return parts.Count == 1 ? parts[0] : cat(parts, 0);
    }
}
