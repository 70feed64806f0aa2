using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Represents the settings of CoOp (arXiv 2109.01134): learned vectors replace the words of the prompt around the class name. The class
/// texts must follow <see cref="PromptTemplate"/>, and the model needs the text classifier.
/// </summary>
public sealed record CoOpOptions : PeftOptions
{
    private const string Placeholder = "X";
    private const int MostVectors = 1000;

    private static readonly ImmutableArray<int> s_photoTokens = [320, 1125, 539, 320, 269]; // a photo of a .

    /// <inheritdoc/>
    public override string Type => "coop";

    /// <summary>Gets the number L of vectors, 1 or more; ignored if the vectors start from words.</summary>
    /// <value>The default value is 16, as in the paper.</value>
    public int Length { get; init; } = 16;

    /// <summary>Gets the position of the class name; ignored if the vectors start from words.</summary>
    /// <value>The default value is <see cref="ClassNamePosition.End"/>, as in the paper.</value>
    public ClassNamePosition Position { get; init; } = ClassNamePosition.End;

    /// <summary>Gets the initial values of the vectors.</summary>
    /// <value>The default value is <see cref="CoOpStart.Random"/>.</value>
    public CoOpStart Start { get; init; } = CoOpStart.Random;

    /// <summary>
    /// Gets the token ids of the five words "a", "photo", "of", "a", "." for <see cref="CoOpStart.PhotoPrompt"/>; needed only if the
    /// vocabulary is not CLIP's.
    /// </summary>
    /// <value>The default value is empty: the ids in CLIP's byte-pair vocabulary.</value>
    public ImmutableArray<int> PhotoTokens { get; init; } = [];

    /// <inheritdoc/>
    public override bool NeedsTextClassifier => true;

    /// <summary>Gets the template of the class texts, in which "{}" stands for the class name.</summary>
    public override string PromptTemplate =>
        Start == CoOpStart.PhotoPrompt
            ? "a photo of a {}."
            : string.Join(' ', [.. Enumerable.Repeat(Placeholder, Before), "{}", .. Enumerable.Repeat(Placeholder, After)]) + ".";

    /// <summary>
    /// Gets the positions of the vectors in a tokenised text: 0 is the first token after start-of-text, -1 the last before end-of-text.
    /// </summary>
    [JsonIgnore]
    public ImmutableArray<int> Locations =>
        Start == CoOpStart.PhotoPrompt
            ? [0, 1, 2, 3, -1] // -1 is the full stop
            : [.. Enumerable.Range(0, Before), .. Enumerable.Range(-1 - After, After)];

    private int Before =>
        Position switch
        {
            ClassNamePosition.Front => 0,
            ClassNamePosition.Middle => Length / 2,
            _ => Length,
        };

    private int After => Length - Before;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (Length < 1)
            yield return $"'{Type}': Length is {Length}; give 1 or more vectors.";
        if (Length > MostVectors)
            yield return $"'{Type}': Length is {Length}; give at most {MostVectors} vectors, which have to fit into a text.";
        if (!PhotoTokens.IsDefaultOrEmpty && PhotoTokens.Length != s_photoTokens.Length)
            yield return $"'{Type}': PhotoTokens has {PhotoTokens.Length} ids; give the 5 ids of the words of \"a photo of a .\".";
    }

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        TextEncoder text = context.Backbone.RequireText();
        if (context.Backbone.Config.Text is { Pooling: not TextPooling.End })
            throw new LiftPlusException(
                $"'{Type}' replaces tokens between the start and the end of a text, and {context.Backbone.Config.Name} marks neither. Use "
                    + "a CLIP backbone, or another method."
            );
        context.Reserve(Type, Locations.Length * text.FeatureDimension);
        context.Attach(text.EmbeddingSite, Type, () =>
            new CoOpAdapter(
                Start == CoOpStart.PhotoPrompt
                    ? PhotoEmbeddings(text)
                    : empty(Length, text.FeatureDimension).normal_(0, 0.02, context.Random),
                Locations
            )
        );
    }

    private Tensor PhotoEmbeddings(TextEncoder text)
    {
        ImmutableArray<int> tokens = PhotoTokens.IsDefaultOrEmpty ? s_photoTokens : PhotoTokens;
        using DisposeScope scope = NewDisposeScope();
        Tensor table = text.TokenEmbedding.detach(); // (V, W)
        if (tokens.Any(id => id < 0 || id >= table.shape[0]))
        {
            throw new LiftPlusException(
                $"'{Type}' starts from the token ids {string.Join(", ", tokens)}, but the ids of this text tower are 0 to "
                    + $"{table.shape[0] - 1}; set {nameof(PhotoTokens)} to its ids of \"a photo of a .\", or use "
                    + $"{nameof(CoOpStart)}.{nameof(CoOpStart.Random)}."
            );
        }

        return table
            .index_select(0, tensor([.. tokens.Select(id => (long)id)], int64, table.device))
            .to(float32, CPU, copy: true)
            .MoveToOuterDisposeScope();
    }
}
