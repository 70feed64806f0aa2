using LiftPlus.Messages;
using LiftPlus.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>Encodes class texts as features in the joint space (C, E).</summary>
internal static class ClassTextEncoder
{
    private const int TextsPerPass = 100, // a few seconds of a large tower on a CPU
        MostShown = 300;

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
        (string Text, int Label)[] texts = [.. classTexts.SelectMany((texts, label) => texts.Select(text => (text, label)))];
        Tensor features = EncodeTexts(backbone, texts, progress, cancellationToken); // (M, E)
        if (classTexts.All(texts => texts.Count == 1))
            return features.MoveToOuterDisposeScope();
        Tensor owners = tensor([.. texts.Select(text => (long)text.Label)], device: backbone.Device); // (M)
        Tensor counts = tensor([.. classTexts.Select(texts => (float)texts.Count)], device: backbone.Device).unsqueeze(1); // (C, 1)
        Tensor sums = zeros([classTexts.Count, features.shape[1]], device: backbone.Device)
            .index_add(0, owners, TensorMath.Normalize(features), TensorMath.One);
        return sums.div(counts).MoveToOuterDisposeScope();
    }

    private static Tensor EncodeTexts(
        Backbone backbone,
        IReadOnlyList<(string Text, int Label)> texts,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        ClipTokenizer tokenizer = backbone.RequireTokenizer();
        int[] lengths = Lengths(tokenizer, texts);
        // A pass is as long as its longest text: texts of about the same length share one.
        long[] order = [.. Enumerable.Range(0, texts.Count).OrderBy(i => lengths[i]).Select(i => (long)i)];
        List<Tensor> parts = [];
        foreach (long[] chunk in order.Chunk(TextsPerPass))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor tokens = tokenizer.Tokenize([.. chunk.Select(i => texts[(int)i].Text)]).to(backbone.Device); // (M, T)
            parts.Add(backbone.ProjectText(backbone.EncodeText(tokens)));
            progress?.Report(Math.Min(1, (double)parts.Count * TextsPerPass / texts.Count));
        }

        return cat(parts, 0).index_select(0, tensor(order, device: backbone.Device).argsort()); // (M, E), in the order of the texts
    }

    private static int[] Lengths(ClipTokenizer tokenizer, IReadOnlyList<(string Text, int Label)> texts)
    {
        int[] lengths = [.. texts.Select(text => tokenizer.CountTokens(text.Text))];
        int bad = Array.FindIndex(lengths, length => length > tokenizer.ContextLength);
        return bad < 0
            ? lengths
            : throw new LiftPlusException(
                $"The text of class {texts[bad].Label}, '{MessageText.Shorten(texts[bad].Text, MostShown)}', has {lengths[bad]} tokens with "
                    + $"its start and end; the text encoder takes {tokenizer.ContextLength}. "
                    + "Shorten the class name, its description or the template."
            );
    }
}
