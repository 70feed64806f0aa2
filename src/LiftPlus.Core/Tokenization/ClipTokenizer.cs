using Microsoft.ML.Tokenizers;

namespace LiftPlus.Tokenization;

/// <summary>
/// Represents CLIP's tokenizer (arXiv 2103.00020): cleaned, lower-cased text, split into words, byte-level byte-pair encoding with a mark
/// at the end of a word, between a start-of-text and an end-of-text token. Microsoft.ML.Tokenizers merges the pairs; cleaning and splitting
/// are implemented here because that library has neither. Texts are repaired as ftfy does; UTF-8 that was read in another code page than
/// Windows-1252 is left as it is.
/// </summary>
public sealed class ClipTokenizer : TextTokenizer
{
    private readonly BpeTokenizer _encoder;

    private ClipTokenizer(ClipVocabulary vocabulary, int contextLength, bool truncates)
        : base(contextLength, truncates)
    {
        (Files, Sha256, VocabularySize) = (vocabulary.Files, vocabulary.Sha256(), vocabulary.Tokens.Count);
        (StartToken, EndToken) = (vocabulary.Start, vocabulary.End);
        _encoder = Create(vocabulary);
    }

    /// <summary>Gets the start-of-text token.</summary>
    public int StartToken { get; }

    internal override int PadToken => 0;

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

    private protected override IEnumerable<int> EncodeAll(string text) =>
        [StartToken, .. _encoder.EncodeToIds(TextCleaner.Clean(text)), EndToken];

    private protected override int CountAll(string text) => _encoder.CountTokens(TextCleaner.Clean(text)) + 2;

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
