using LiftPlus.Messages;
using LiftPlus.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>Encodes class texts as features in the joint space (C, E).</summary>
internal static class ClassTextEncoder
{
    private const int TextsPerPass = 100, // a few seconds of a large tower on a CPU
        MostShown = 100,
        Listed = 5;

    /// <summary>
    /// Returns one feature per class: the projected feature of its text, or the mean of the unit features if classes have several texts.
    /// Gradients are tracked if the caller tracks them.
    /// </summary>
    /// <param name="backbone">A CLIP backbone with its tokenizer.</param>
    /// <param name="classTexts">The texts of each class in label order, one or more; the numbers may differ.</param>
    /// <param name="progress">Receives the share of the texts that is done, 0 to 1, after each pass of 100 texts.</param>
    /// <param name="classNames">The names of the classes, for messages; null if they are not known.</param>
    /// <param name="cancellationToken">Cancels the work between passes.</param>
    /// <exception cref="LiftPlusException">The backbone has no text tower or no tokenizer, or a text has too many tokens.</exception>
    public static Tensor Encode(
        Backbone backbone,
        IReadOnlyList<IReadOnlyList<string>> classTexts,
        IProgress<double>? progress = null,
        IReadOnlyList<string>? classNames = null,
        CancellationToken cancellationToken = default
    )
    {
        using DisposeScope scope = NewDisposeScope();
        (string Text, int Label)[] texts = WithLabels(classTexts);
        Tensor features = EncodeTexts(backbone, texts, classNames, progress, cancellationToken); // (M, E)
        if (classTexts.All(texts => texts.Count == 1))
            return features.MoveToOuterDisposeScope();
        Tensor owners = tensor([.. texts.Select(text => (long)text.Label)], device: backbone.Device); // (M)
        Tensor counts = tensor([.. classTexts.Select(texts => (float)texts.Count)], device: backbone.Device).unsqueeze(1); // (C, 1)
        Tensor sums = zeros([classTexts.Count, features.shape[1]], device: backbone.Device)
            .index_add(0, owners, TensorMath.Normalize(features), TensorMath.One);
        return sums.div(counts).MoveToOuterDisposeScope();
    }

    /// <summary>Requires that the text encoder takes all tokens of every text, or cuts them.</summary>
    /// <exception cref="LiftPlusException">The backbone has no text tower or no tokenizer, or a text has too many tokens.</exception>
    public static void CheckLengths(
        Backbone backbone,
        IReadOnlyList<IReadOnlyList<string>> classTexts,
        IReadOnlyList<string>? classNames
    ) => Lengths(backbone.RequireTokenizer(), WithLabels(classTexts), classNames);

    private static Tensor EncodeTexts(
        Backbone backbone,
        IReadOnlyList<(string Text, int Label)> texts,
        IReadOnlyList<string>? classNames,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        TextTokenizer tokenizer = backbone.RequireTokenizer();
        int[] lengths = Lengths(tokenizer, texts, classNames);
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

    /// <summary>Returns the number of tokens of every text.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="texts">The texts, each with its class.</param>
    /// <param name="classNames">The names of the classes, for the message; null if they are not known.</param>
    /// <exception cref="LiftPlusException">Some have more than the text encoder takes; the message names their classes.</exception>
    private static int[] Lengths(TextTokenizer tokenizer, IReadOnlyList<(string Text, int Label)> texts, IReadOnlyList<string>? classNames)
    {
        int[] lengths = [.. texts.Select(text => tokenizer.CountTokens(text.Text))];
        string[] wrong =
        [
            .. texts
                .Index()
                .Where(text => lengths[text.Index] > tokenizer.ContextLength)
                .DistinctBy(text => text.Item.Label)
                .Select(text =>
                    $"{(classNames is null ? $"class {text.Item.Label}" : $"'{MessageText.Shorten(classNames[text.Item.Label])}'")} "
                    + $"has {lengths[text.Index]} tokens in '{MessageText.Shorten(text.Item.Text, MostShown)}'"
                ),
        ];
        return wrong.Length == 0
            ? lengths
            : throw new LiftPlusException(
                $"The text encoder takes {tokenizer.ContextLength} tokens with start and end, and the texts of {wrong.Length} classes are "
                    + $"longer: {MessageText.FirstAndRest(wrong, Listed, "; ")}. Shorten the class names, their descriptions or the "
                    + $"template, or set {nameof(BackboneLoadOptions)}.{nameof(BackboneLoadOptions.TruncateTexts)} to cut them."
            );
    }

    private static (string Text, int Label)[] WithLabels(IReadOnlyList<IReadOnlyList<string>> classTexts) =>
        [.. classTexts.SelectMany((texts, label) => texts.Select(text => (text, label)))];
}
