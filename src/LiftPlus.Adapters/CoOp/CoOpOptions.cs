using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Peft;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Where the class name stands among learned context vectors.</summary>
public enum ClassNamePosition
{
    /// <summary>Before them: "{} X X X X.".</summary>
    Front,

    /// <summary>Between them: "X X {} X X.".</summary>
    Middle,

    /// <summary>After them: "X X X X {}.".</summary>
    End,
}

/// <summary>What learned context vectors start from.</summary>
public enum CoOpStart
{
    /// <summary>Normal values of deviation 0.02.</summary>
    Random,

    /// <summary>The words of "a photo of a {}.", full stop included.</summary>
    PhotoPrompt,
}

/// <summary>
/// CoOp (arXiv 2109.01134): learned vectors take the place of the prompt's words around the class name. The class texts must be written
/// with <see cref="PromptTemplate"/>; the classes are told apart by their texts, so there is no classifier.
/// </summary>
public sealed record CoOpOptions : PeftOptions
{
    private const string Placeholder = "X";
    private static readonly ImmutableArray<int> s_photoTokens = [320, 1125, 539, 320, 269]; // a photo of a .

    /// <inheritdoc/>
    public override string Type => "coop";

    /// <summary>Number L of vectors, 1 or more; ignored where they start from words.</summary>
    /// <value>The default value is 16, the paper's.</value>
    public int Length { get; init; } = 16;

    /// <summary>Where the class name stands; ignored where the vectors start from words.</summary>
    /// <value>The default value is <see cref="ClassNamePosition.End"/>, the paper's.</value>
    public ClassNamePosition Position { get; init; } = ClassNamePosition.End;

    /// <summary>What the vectors start from.</summary>
    /// <value>The default value is <see cref="CoOpStart.Random"/>.</value>
    public CoOpStart Start { get; init; } = CoOpStart.Random;

    /// <summary>
    /// Token ids of the five words "a", "photo", "of", "a", "." for <see cref="CoOpStart.PhotoPrompt"/> in another vocabulary than CLIP's.
    /// </summary>
    /// <value>The default value is empty: those of CLIP's byte-pair vocabulary.</value>
    public ImmutableArray<int> PhotoTokens { get; init; } = [];

    /// <inheritdoc/>
    public override bool NeedsTextClassifier => true;

    /// <summary>Gets the prompt that class texts are written with; "{}" is the place of the class name.</summary>
    public override string PromptTemplate =>
        Start == CoOpStart.PhotoPrompt
            ? "a photo of a {}."
            : string.Join(' ', [.. Enumerable.Repeat(Placeholder, Before), "{}", .. Enumerable.Repeat(Placeholder, After)]) + ".";

    /// <summary>
    /// Places of the vectors in a tokenised text: 0 is the first token behind start-of-text, -1 the last one before end-of-text.
    /// </summary>
    [JsonIgnore]
    public ImmutableArray<int> Locations =>
        Start == CoOpStart.PhotoPrompt ? [0, 1, 2, 3, -1] : [.. Enumerable.Range(0, Before), .. Enumerable.Range(-1 - After, After)]; // -1 is the full stop

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
        if (!PhotoTokens.IsDefaultOrEmpty && PhotoTokens.Length != s_photoTokens.Length)
            yield return $"'{Type}': PhotoTokens holds {PhotoTokens.Length} ids; give those of the five words of \"a photo of a .\".";
    }

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        TextEncoder text = context.Backbone.RequireText();
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
        Tensor table = text.TokenEmbedding.detach(); // (V, W)
        if (tokens.Any(id => id < 0 || id >= table.shape[0]))
        {
            throw new LiftPlusException(
                $"'{Type}' starts from the token ids {string.Join(", ", tokens)}, and this text tower knows ids 0 to "
                    + $"{table.shape[0] - 1}; give its own ids of \"a photo of a .\" as {nameof(PhotoTokens)}, or use "
                    + $"{nameof(CoOpStart)}.{nameof(CoOpStart.Random)}."
            );
        }

        return table.index_select(0, tensor([.. tokens.Select(id => (long)id)], int64, table.device)).to(float32, CPU, copy: true);
    }
}
