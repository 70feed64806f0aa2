using LiftPlus.Weights.Protobuf;

namespace LiftPlus.Tokenization;

/// <summary>Holds the numbers of the fields of a SentencePiece model (sentencepiece_model.proto), and writes one of them.</summary>
internal static class SentencePieceFields
{
    public const int Piece = 1,
        Trainer = 2,
        Normalizer = 3;
    public const int PieceText = 1,
        PieceScore = 2,
        PieceType = 3;
    public const int ModelType = 3,
        ByteFallback = 35,
        UnknownId = 40,
        StartId = 41,
        EndId = 42,
        PadId = 43;
    public const int CharacterMap = 2,
        AddsDummyPrefix = 3,
        RemovesExtraSpaces = 4,
        EscapesSpaces = 5;

    /// <summary>The name of the trainer's message in errors.</summary>
    public const string TrainerName = "trainer's settings";

    private const int NegativeLength = 10; // bytes of a negative number

    /// <summary>Reads the fields of a model.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="model">All of its bytes.</param>
    public static ProtobufReader Open(string path, byte[] model) =>
        new(new FileInMemory(path, model), 0, model.Length, "model", new FieldBudget("a SentencePiece model"));

    /// <summary>Returns a copy of a model whose start token, which is negative, is another number. The length stays the same.</summary>
    public static byte[] WithStart(string path, byte[] model, int start)
    {
        byte[] copy = [.. model];
        ProtobufReader fields = Open(path, model);
        while (fields.Next())
        {
            if (fields.Field != Trainer)
                continue;
            ProtobufReader setting = fields.ReadMessage(TrainerName);
            while (setting.Next())
            {
                if (setting.Field != StartId || setting.ContentLength != NegativeLength)
                    continue;
                for (int i = 0; i < NegativeLength; i++)
                    copy[setting.ContentStart + i] = (byte)(
                        ((start >> (7 * Math.Min(i, 4))) & (i < 4 ? 0x7F : 0)) | (i < NegativeLength - 1 ? 0x80 : 0)
                    );
            }
        }

        return copy;
    }
}
