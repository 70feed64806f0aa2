using LiftPlus.Messages;
using static TorchSharp.torch;

namespace LiftPlus.Tokenization;

/// <summary>Represents the tokenizer of a text encoder: CLIP's (<see cref="ClipTokenizer"/>) or SigLIP's.</summary>
public abstract class TextTokenizer
{
    private readonly bool _truncates;

    private protected TextTokenizer(int contextLength, bool truncates)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 2);
        (ContextLength, _truncates) = (contextLength, truncates);
    }

    /// <summary>Gets the number of tokens.</summary>
    public int VocabularySize { get; private protected init; }

    /// <summary>Gets the end-of-text token.</summary>
    public int EndToken { get; private protected init; }

    /// <summary>Gets the number of token places in a text, including what is added at its start and end.</summary>
    public int ContextLength { get; }

    /// <summary>Gets the token of the places after a text.</summary>
    internal abstract int PadToken { get; }

    /// <summary>Gets the files it was read from.</summary>
    internal IReadOnlyList<string> Files { get; private protected init; } = [];

    /// <summary>Gets the SHA-256 of what the files say; the same for every form of them.</summary>
    internal string Sha256 { get; private protected init; } = "";

    /// <summary>Encodes a text as tokens, including those at its start and end, without padding.</summary>
    /// <param name="text">Any text; it is cleaned and lower-cased.</param>
    /// <param name="truncate">Whether to cut a text that is too long; its last token then becomes end-of-text.</param>
    /// <exception cref="LiftPlusException">The text is too long and <paramref name="truncate"/> is false.</exception>
    public IReadOnlyList<int> Encode(string text, bool truncate = false)
    {
        int[] tokens = [.. EncodeAll(text)];
        if (tokens.Length <= ContextLength)
            return tokens;
        if (!truncate && !_truncates)
        {
            throw new LiftPlusException(
                $"The text '{MessageText.Shorten(text)}' has {tokens.Length} tokens with its start and end; "
                    + $"there is room for {ContextLength}. Shorten it, or pass truncate: true to cut it."
            );
        }

        tokens = tokens[..ContextLength];
        tokens[^1] = EndToken;
        return tokens;
    }

    /// <summary>Encodes several texts as int64 tokens (M, T), padded. The caller owns the tensor.</summary>
    /// <param name="texts">M texts.</param>
    /// <param name="truncate">Whether to cut texts that are too long; their last token then becomes end-of-text.</param>
    /// <exception cref="LiftPlusException">A text is too long and <paramref name="truncate"/> is false.</exception>
    public Tensor Tokenize(IReadOnlyList<string> texts, bool truncate = false)
    {
        long[] places = new long[(long)texts.Count * ContextLength];
        Array.Fill(places, PadToken);
        for (int row = 0; row < texts.Count; row++)
        {
            IReadOnlyList<int> tokens = Encode(texts[row], truncate);
            for (int i = 0; i < tokens.Count; i++)
                places[row * ContextLength + i] = tokens[i];
        }

        return tensor(places, [texts.Count, ContextLength]);
    }

    /// <summary>
    /// Returns the number of tokens of a text, including those at its start and end, however long it is unless texts are cut without being
    /// asked.
    /// </summary>
    internal int CountTokens(string text)
    {
        int count = CountAll(text);
        return _truncates ? Math.Min(count, ContextLength) : count;
    }

    /// <summary>Encodes a text of any length, including its start and end.</summary>
    private protected abstract IEnumerable<int> EncodeAll(string text);

    /// <summary>Returns the length of <see cref="EncodeAll"/>.</summary>
    private protected virtual int CountAll(string text) => EncodeAll(text).Count();
}
