using System.Security.Cryptography;
using System.Text;
using LiftPlus.Messages;
using Microsoft.ML.Tokenizers;

namespace LiftPlus.Tokenization;

/// <summary>
/// Represents the tokenizers of SigLIP (unigram, arXiv 2303.15343) and SigLIP 2 (byte pairs with bytes for the rest: Gemma's, arXiv
/// 2502.14786): SentencePiece models without a start, with an end, padded to the length of the text encoder.
/// </summary>
internal sealed class SiglipTokenizer : TextTokenizer
{
    private readonly SentencePieceTokenizer _encoder;
    private readonly TextTreatment _treatment;
    private readonly int _unknown;

    private SiglipTokenizer(SentencePieceModel model, TextTreatment treatment, int contextLength, bool truncates)
        : base(contextLength, truncates)
    {
        (_treatment, _unknown) = (treatment, model.Unknown);
        (Files, VocabularySize, EndToken) = ([model.Path], model.Pieces, model.End);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(model.Bytes));
        PadToken = model.IsUnigram ? model.End : 0;
        _encoder = Create(model);
    }

    internal override int PadToken { get; }

    /// <summary>Returns why a folder gives no vocabulary, as the beginning of a sentence; null if it gives one.</summary>
    public static string? WhyUnusable(string folder) =>
        SentencePieceModel.Find(folder) is null
            ? $"There is no vocabulary beside the weights ({string.Join(" or ", SentencePieceModel.FileNames)})"
            : null;

    /// <summary>Loads the vocabulary of a folder: spiece.model, tokenizer.model, or else tokenizer.json.</summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="contextLength">Token places in a text; the number of the text encoder.</param>
    /// <param name="isOpenClip">Whether the texts are treated as open_clip does; otherwise as transformers.</param>
    /// <param name="truncates">Whether texts that are too long are cut without being asked.</param>
    /// <exception cref="LiftPlusException">There is no such file, or it is damaged or of another kind.</exception>
    public static SiglipTokenizer Load(string folder, int contextLength, bool isOpenClip, bool truncates)
    {
        string path = SentencePieceModel.Find(folder) ?? throw new LiftPlusException($"{folder}: {WhyUnusable(folder)}.");
        SentencePieceModel model = SentencePieceModel.Open(path);
        TextTreatment treatment =
            isOpenClip ? TextTreatment.Canonical
            : model.IsUnigram ? TextTreatment.WithoutPunctuation
            : TextTreatment.LowerCase;
        return new SiglipTokenizer(model, treatment, contextLength, truncates);
    }

    private protected override IEnumerable<int> EncodeAll(string text)
    {
        List<int> tokens = [];
        foreach (int token in Ids(Treat(text)))
        {
            // A run of unknown characters is one token.
            if (token != _unknown || tokens.Count == 0 || tokens[^1] != _unknown)
                tokens.Add(token);
        }

        tokens.Add(EndToken);
        return tokens;
    }

    private string Treat(string text)
    {
        if (_treatment == TextTreatment.Canonical)
            text = text.Replace('_', ' ');
        text = TextCleaner.Lower(text);
        return _treatment == TextTreatment.LowerCase ? text : TextCleaner.Collapse(WithoutPunctuation(text));
    }

    private static string WithoutPunctuation(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text)
        {
            if (!(char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c))))
                result.Append(c);
        }

        return result.ToString();
    }

    private IReadOnlyList<int> Ids(string text) => Guard(Files[0], () => _encoder.EncodeToIds(text));

    private static SentencePieceTokenizer Create(SentencePieceModel model) => Guard(model.Path, () =>
        {
            using MemoryStream stream = new(model.Bytes);
            return SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
        });

    // Microsoft.ML.Tokenizers takes a file for sound, and fails in many ways where it is not.
    private static T Guard<T>(string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new LiftPlusException(
                $"{path}: the vocabulary cannot be used ({MessageText.Shorten(e.Message.Split('\n')[0], 200)}). Fetch the file again.",
                e
            );
        }
    }
}
