using LiftPlus.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>Class texts to embeddings in the joint space (C, E).</summary>
public static class ClassTextEncoder
{
    private const int TextsPerPass = 100; // a few seconds of a large tower on a processor

    /// <summary>
    /// One embedding per class: the projected feature of its text, and where classes have several texts the mean of each class's unit embeddings. Tracks
    /// gradients where the caller does.
    /// </summary>
    /// <param name="backbone">A CLIP backbone with its tokenizer.</param>
    /// <param name="classTexts">For each class, in label order, its texts: one or more, not equally many for all.</param>
    /// <param name="progress">Told after each pass of 100 texts which part of them is done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between passes.</param>
    /// <exception cref="LiftPlusException">No text encoder, no tokenizer, or a text of too many tokens.</exception>
    public static Tensor Encode(
        Backbone backbone,
        IReadOnlyList<IReadOnlyList<string>> classTexts,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor embeddings = EncodeTexts(backbone, [.. classTexts.SelectMany(texts => texts)], progress, cancellationToken); // (M, E), M texts
        if (classTexts.All(texts => texts.Count == 1))
            return embeddings.MoveToOuterDisposeScope();
        Tensor owners = tensor([.. classTexts.SelectMany((texts, label) => texts.Select(_ => (long)label))], device: backbone.Device); // (M)
        Tensor counts = tensor([.. classTexts.Select(texts => (float)texts.Count)], device: backbone.Device).unsqueeze(1); // (C, 1)
        Tensor sums = zeros([classTexts.Count, embeddings.shape[1]], device: backbone.Device)
            .index_add(0, owners, TensorMath.Normalize(embeddings), TensorMath.One);
        return sums.div(counts).MoveToOuterDisposeScope();
    }

    private static Tensor EncodeTexts(
        Backbone backbone,
        IReadOnlyList<string> texts,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        ClipTokenizer tokenizer = backbone.RequireTokenizer();
        List<Tensor> parts = [];
        foreach (string[] chunk in texts.Chunk(TextsPerPass))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor tokens = tokenizer.Tokenize(chunk).to(backbone.Device); // (M, T)
            parts.Add(backbone.ProjectText(backbone.EncodeText(tokens)));
            progress?.Report(Math.Min(1, (double)parts.Count * TextsPerPass / texts.Count));
        }

        return parts.Count == 1 ? parts[0] : cat(parts, 0);
    }
}
