using LiftPlus.Files;
using LiftPlus.Messages;
using LiftPlus.Weights;
using LiftPlus.Weights.Protobuf;

namespace LiftPlus.Tokenization;

/// <summary>
/// Represents a SentencePiece model as the bytes of its file (a protobuf message), or the same made from tokenizer.json. A start token that
/// the model does not have is replaced by the unknown one, which is never added: Microsoft.ML.Tokenizers takes it for the number of a
/// piece.
/// </summary>
internal sealed class SentencePieceModel
{
    private const long MaxLength = 1 << 26;
    private const int LongestPiece = 1024; // bytes; Microsoft.ML.Tokenizers recurses once for each, which overflows the stack
    private const int Unigram = 1,
        BytePairs = 2;

    private SentencePieceModel(string path, byte[] bytes)
    {
        Path = path;
        int kind = Unigram,
            start = 1;
        (Unknown, End) = (0, 2);
        ProtobufReader model = SentencePieceFields.Open(path, bytes);
        while (model.Next())
        {
            if (model.Field == SentencePieceFields.Piece)
            {
                if (model.ContentLength > LongestPiece)
                    throw Wrong($"piece {Pieces} has {model.ContentLength} bytes, and {LongestPiece} are the most");
                Pieces++;
            }

            if (model.Field != SentencePieceFields.Trainer)
                continue;
            ProtobufReader setting = model.ReadMessage(SentencePieceFields.TrainerName);
            while (setting.Next())
            {
                kind = setting.Field == SentencePieceFields.ModelType ? Int32(setting) : kind;
                Unknown = setting.Field == SentencePieceFields.UnknownId ? Int32(setting) : Unknown;
                start = setting.Field == SentencePieceFields.StartId ? Int32(setting) : start;
                End = setting.Field == SentencePieceFields.EndId ? Int32(setting) : End;
            }
        }

        if (kind is not (Unigram or BytePairs))
            throw Wrong($"its model is of kind {kind}, and only unigrams and byte pairs are supported");
        foreach ((string name, int id) in new[] { ("unknown", Unknown), ("end", End) })
        {
            if (id < 0 || id >= Pieces)
                throw Wrong($"its {name} token is {id}, and it has {Pieces} pieces");
        }

        IsUnigram = kind == Unigram;
        Bytes = start < 0 ? SentencePieceFields.WithStart(path, bytes, Unknown) : bytes;
    }

    /// <summary>Gets the names of the files, in the order of preference.</summary>
    public static IReadOnlyList<string> FileNames { get; } = ["spiece.model", "tokenizer.model", TokenizerJson.FileName];

    /// <summary>Gets the path of the file.</summary>
    public string Path { get; }

    /// <summary>Gets the message.</summary>
    public byte[] Bytes { get; }

    /// <summary>Gets whether the pieces have probabilities; otherwise they are made of pairs.</summary>
    public bool IsUnigram { get; }

    /// <summary>Gets the number of pieces.</summary>
    public int Pieces { get; }

    /// <summary>Gets the token of unknown characters.</summary>
    public int Unknown { get; }

    /// <summary>Gets the token at the end of a text.</summary>
    public int End { get; }

    /// <summary>Finds the file in a folder; null if there is none.</summary>
    public static string? Find(string folder) => FileNames.Select(name => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Opens a file of any of the names.</summary>
    /// <exception cref="LiftPlusException">The file is damaged or of another kind.</exception>
    public static SentencePieceModel Open(string path)
    {
        try
        {
            return System.IO.Path.GetFileName(path) == TokenizerJson.FileName
                ? new(path, SentencePieceJson.ToModel(JsonFile.Open(path, MaxLength)))
                : new(path, RegularFile.ReadBytes(path, MaxLength));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"{path}: the file cannot be read ({MessageText.Shorten(e.Message.Split('\n')[0].TrimEnd(), 300)}). Fetch it again or "
                    + "check its rights.",
                e
            );
        }
    }

    private static int Int32(ProtobufReader setting) => unchecked((int)setting.ReadNumber());

    private LiftPlusException Wrong(string problem) =>
        new($"{Path}: this is not a vocabulary of SigLIP: {problem}. Fetch the file again, or use the tokenizer of the model.");
}
