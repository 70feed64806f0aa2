using LiftPlus.Messages;
using Microsoft.ML.Tokenizers;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tokenization;

/// <summary>
/// Represents CLIP's tokenizer (arXiv 2103.00020): cleaned, lower-cased text, split into words, byte-level byte-pair encoding with a mark
/// at the end of a word, between a start-of-text and an end-of-text token. Microsoft.ML.Tokenizers merges the pairs; cleaning and splitting
/// are implemented here because that library has neither. Texts are repaired as ftfy does; UTF-8 that was read in another code page than
/// Windows-1252 is left as it is.
/// </summary>
public sealed class ClipTokenizer
{
    private readonly BpeTokenizer _encoder;

    private readonly bool _truncates;

    private ClipTokenizer(ClipVocabulary vocabulary, int contextLength, bool truncates)
    {
        _truncates = truncates;
        (Files, Sha256, VocabularySize, StartToken, EndToken, ContextLength) = (
            vocabulary.Files,
            vocabulary.Sha256(),
            vocabulary.Tokens.Count,
            vocabulary.Start,
            vocabulary.End,
            contextLength
        );
        _encoder = Create(vocabulary);
    }

    /// <summary>Gets the number of tokens, including start and end.</summary>
    public int VocabularySize { get; }

    /// <summary>Gets the start-of-text token.</summary>
    public int StartToken { get; }

    /// <summary>Gets the end-of-text token, the largest of all: the text encoder finds the end by it.</summary>
    public int EndToken { get; }

    /// <summary>Gets the number of token places in a text, including start and end.</summary>
    public int ContextLength { get; }

    /// <summary>Gets the files it was read from.</summary>
    internal IReadOnlyList<string> Files { get; }

    /// <summary>Gets the SHA-256 of tokens and merges in order; the same for every form of the files.</summary>
    internal string Sha256 { get; }

    /// <summary>
    /// Loads the vocabulary of a folder: vocab.json and merges.txt, or else tokenizer.json or OpenAI's bpe_simple_vocab_16e6.txt.gz.
    /// </summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="contextLength">Token places in a text, 2 or more; the number of the text encoder.</param>
    /// <exception cref="LiftPlusException">A file is missing or damaged, or the two files do not belong together.</exception>
    public static ClipTokenizer Load(string folder, int contextLength = 77) => Load(folder, contextLength, truncates: false);

    /// <summary>Loads a vocabulary for a tokenizer that may cut every text that is too long, without being asked.</summary>
    internal static ClipTokenizer Load(string folder, int contextLength, bool truncates)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 2);
        return new ClipTokenizer(ClipVocabulary.Load(folder), contextLength, truncates);
    }

    /// <summary>Encodes a text as tokens, including start and end, without padding.</summary>
    /// <param name="text">Any text; it is cleaned and lower-cased.</param>
    /// <param name="truncate">Whether to cut a text that is too long; its last token then becomes end-of-text.</param>
    /// <exception cref="LiftPlusException">The text is too long and <paramref name="truncate"/> is false.</exception>
    public IReadOnlyList<int> Encode(string text, bool truncate = false)
    {
        int[] tokens = [StartToken, .. _encoder.EncodeToIds(TextCleaner.Clean(text)), EndToken];
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

    /// <summary>
    /// Returns the number of tokens of a text, including start and end, however long it is unless texts are cut without being asked.
    /// </summary>
    internal int CountTokens(string text)
    {
        int count = _encoder.CountTokens(TextCleaner.Clean(text)) + 2;
        return _truncates ? Math.Min(count, ContextLength) : count;
    }

    /// <summary>Encodes several texts as int64 tokens (M, T), padded with 0. The caller owns the tensor.</summary>
    /// <param name="texts">M texts.</param>
    /// <param name="truncate">Whether to cut texts that are too long; their last token then becomes end-of-text.</param>
    /// <exception cref="LiftPlusException">A text is too long and <paramref name="truncate"/> is false.</exception>
    public Tensor Tokenize(IReadOnlyList<string> texts, bool truncate = false)
    {
        long[] places = new long[(long)texts.Count * ContextLength];
        for (int row = 0; row < texts.Count; row++)
        {
            IReadOnlyList<int> tokens = Encode(texts[row], truncate);
            for (int i = 0; i < tokens.Count; i++)
                places[row * ContextLength + i] = tokens[i];
        }

        return tensor(places, [texts.Count, ContextLength]);
    }

    private static BpeTokenizer Create(ClipVocabulary vocabulary)
    {
        try
        {
            return BpeTokenizer.Create(
                new BpeOptions(vocabulary.Tokens)
                {
                    Merges = vocabulary.Merges,
                    ByteLevel = true,
                    EndOfWordSuffix = ClipVocabulary.WordEnd,
                    PreTokenizer = new ClipPreTokenizer(),
                    SpecialTokens = new Dictionary<string, int>
                    {
                        [ClipPreTokenizer.Start] = vocabulary.Start,
                        [ClipPreTokenizer.End] = vocabulary.End,
                    },
                }
            );
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new LiftPlusException($"{vocabulary.Files[^1]}: the tokens and the merges do not fit together ({e.Message}).", e);
        }
    }
}
