using LiftPlus.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>Encodes class texts as features in the joint space (C, E).</summary>
internal static class ClassTextEncoder
{
    private const int TextsPerPass = 100; // a few seconds of a large tower on a CPU

    /// <summary>
    /// Returns one feature per class: the projected feature of its text, or the mean of the unit features if classes have several texts.
    /// Gradients are tracked if the caller tracks them.
    /// </summary>
    /// <param name="backbone">A CLIP backbone with its tokenizer.</param>
    /// <param name="classTexts">The texts of each class in label order, one or more; the numbers may differ.</param>
    /// <param name="progress">Receives the share of the texts that is done, 0 to 1, after each pass of 100 texts.</param>
    /// <param name="cancellationToken">Cancels the work between passes.</param>
    /// <exception cref="LiftPlusException">The backbone has no text tower or no tokenizer, or a text has too many tokens.</exception>
    public static Tensor Encode(
        Backbone backbone,
        IReadOnlyList<IReadOnlyList<string>> classTexts,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = EncodeTexts(backbone, [.. classTexts.SelectMany(texts => texts)], progress, cancellationToken); // (M, E)
        if (classTexts.All(texts => texts.Count == 1))
            return features.MoveToOuterDisposeScope();
        IEnumerable<long> labels = classTexts.SelectMany((texts, label) => texts.Select(_ => (long)label));
        Tensor owners = tensor([.. labels], device: backbone.Device); // (M)
        Tensor counts = tensor([.. classTexts.Select(texts => (float)texts.Count)], device: backbone.Device).unsqueeze(1); // (C, 1)
        Tensor sums = zeros([classTexts.Count, features.shape[1]], device: backbone.Device)
            .index_add(0, owners, TensorMath.Normalize(features), TensorMath.One);
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
        // A pass is as long as its longest text: texts of about the same length share one.
        long[] order = [.. Enumerable.Range(0, texts.Count).OrderBy(i => tokenizer.Encode(texts[i]).Count).Select(i => (long)i)];
        List<Tensor> parts = [];
        foreach (long[] chunk in order.Chunk(TextsPerPass))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor tokens = tokenizer.Tokenize([.. chunk.Select(i => texts[(int)i])]).to(backbone.Device); // (M, T)
            parts.Add(backbone.ProjectText(backbone.EncodeText(tokens)));
            progress?.Report(Math.Min(1, (double)parts.Count * TextsPerPass / texts.Count));
        }

        return cat(parts, 0).index_select(0, tensor(order, device: backbone.Device).argsort()); // (M, E), in the order of the texts
    }
}
