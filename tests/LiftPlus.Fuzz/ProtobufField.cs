namespace LiftPlus.Fuzz;

/// <summary>Represents a field of a protobuf message that can be changed and written again.</summary>
internal sealed class ProtobufField
{
    private const int LengthType = 2;

    public required long Number { get; set; }

    /// <summary>Gets or sets the wire type.</summary>
    public required int Type { get; set; }

    /// <summary>Gets or sets the value of a varint, or the length that is claimed of a content.</summary>
    public ulong? Value { get; set; }

    /// <summary>Gets or sets the content, if it is not a message.</summary>
    public byte[] Content { get; set; } = [];

    /// <summary>Gets the fields of a message; null for anything else.</summary>
    public List<ProtobufField>? Fields { get; set; }

    /// <summary>Gets or sets how many needless bytes its numbers have.</summary>
    public int Needless { get; set; }

    /// <summary>Reads the fields of a message, and of those inside it.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="isMessage">Whether the field of a path, such as "/7/5", is a message.</param>
    /// <param name="path">The path of the message.</param>
    public static List<ProtobufField> Read(ReadOnlySpan<byte> bytes, Func<string, bool> isMessage, string path = "")
    {
        List<ProtobufField> fields = [];
        while (bytes.Length > 0)
        {
            ulong tag = Varint(ref bytes);
            var field = new ProtobufField { Number = (long)(tag >> 3), Type = (int)(tag & 7) };
            string inner = $"{path}/{field.Number}";
            if (field.Type == LengthType)
            {
                int length = (int)Varint(ref bytes);
                if (isMessage(inner))
                    field.Fields = Read(bytes[..length], isMessage, inner);
                else
                    field.Content = bytes[..length].ToArray();
                bytes = bytes[length..];
            }
            else if (field.Type == 0)
            {
                field.Value = Varint(ref bytes);
            }
            else
            {
                int length = field.Type == 1 ? sizeof(long) : sizeof(int);
                field.Content = bytes[..length].ToArray();
                bytes = bytes[length..];
            }

            fields.Add(field);
        }

        return fields;
    }

    /// <summary>Writes fields one after another.</summary>
    public static byte[] Write(IEnumerable<ProtobufField> fields)
    {
        using var stream = new MemoryStream();
        foreach (ProtobufField field in fields)
            field.Write(stream);
        return stream.ToArray();
    }

    /// <summary>Returns a copy that shares nothing with this field.</summary>
    public ProtobufField Copy() =>
        new()
        {
            Number = Number,
            Type = Type,
            Value = Value,
            Content = [.. Content],
            Fields = Fields?.ConvertAll(field => field.Copy()),
            Needless = Needless,
        };

    private void Write(MemoryStream stream)
    {
        Varint(stream, ((ulong)Number << 3) | (uint)Type, 0);
        byte[] content = Fields is null ? Content : Write(Fields);
        if (Type == 0)
            Varint(stream, Value ?? 0, Needless);
        else if (Type == LengthType)
            Varint(stream, Value ?? (ulong)content.Length, Needless);
        stream.Write(content);
    }

    private static void Varint(MemoryStream stream, ulong value, int needless)
    {
        for (; value >= 0x80; value >>= 7)
            stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)(value | (needless > 0 ? 0x80u : 0)));
        for (; needless > 0; needless--)
            stream.WriteByte((byte)(needless > 1 ? 0x80 : 0));
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; ; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80)
                continue;
            bytes = bytes[(i + 1)..];
            return value;
        }
    }
}
