namespace LiftPlus.Tokenization;

/// <summary>Represents a field of a protobuf message.</summary>
/// <param name="Number">The number of the field.</param>
/// <param name="Start">The place of its value in the file.</param>
/// <param name="Length">The length of its value in bytes.</param>
/// <param name="Value">The value of a number; 0 for anything else.</param>
internal readonly record struct ProtobufField(int Number, int Start, int Length, ulong Value)
{
    private const int VariableLength = 0,
        EightBytes = 1,
        Delimited = 2,
        FourBytes = 5;
    private const int LongestNumber = 10;

    /// <summary>Gets the value as a 32-bit number.</summary>
    public int Int32 => unchecked((int)Value);

    /// <summary>Returns the bytes of a nested message or text.</summary>
    public ReadOnlyMemory<byte> Bytes(byte[] file) => file.AsMemory(Start, Length);

    /// <summary>Reads the fields of a message.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="message">The message.</param>
    /// <param name="start">The place of the message in the file.</param>
    /// <exception cref="LiftPlusException">The message is damaged.</exception>
    public static List<ProtobufField> Read(string path, ReadOnlyMemory<byte> message, int start = 0)
    {
        List<ProtobufField> fields = [];
        ReadOnlySpan<byte> bytes = message.Span;
        int at = 0;
        while (at < bytes.Length)
        {
            ulong tag = Variable(path, bytes, ref at, start);
            int begin = at;
            ulong value = 0;
            switch ((int)(tag & 7))
            {
                case VariableLength:
                    value = Variable(path, bytes, ref at, start);
                    break;
                case EightBytes:
                    at += 8;
                    break;
                case FourBytes:
                    at += 4;
                    break;
                case Delimited:
                    ulong length = Variable(path, bytes, ref at, start);
                    begin = at;
                    at = length > (ulong)(bytes.Length - at) ? int.MaxValue : at + (int)length;
                    break;
                default:
                    throw Damaged(path, start + at);
            }

            if (at > bytes.Length)
                throw Damaged(path, start + begin);
            fields.Add(new ProtobufField((int)Math.Min(tag >> 3, int.MaxValue), start + begin, at - begin, value));
        }

        return fields;
    }

    private static ulong Variable(string path, ReadOnlySpan<byte> bytes, ref int at, int start)
    {
        ulong value = 0;
        for (int i = 0; i < LongestNumber && at < bytes.Length; i++)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
                return value;
        }

        throw Damaged(path, start + at);
    }

    private static LiftPlusException Damaged(string path, int at) =>
        new($"{path}: the file is damaged at byte {at}; it is not a SentencePiece model. Fetch it again.");
}
