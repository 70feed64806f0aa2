using System.Text;

namespace LiftPlus.Fuzz;

/// <summary>Changes numbers, lengths, names and places in a protobuf message, so that most of it stays one.</summary>
internal static class ProtobufMutator
{
    private const int Deepest = 2000;

    private static readonly ulong[] s_numbers =
    [
        0,
        1,
        2,
        3,
        7,
        10,
        127,
        128,
        255,
        65536,
        int.MaxValue,
        1UL << 31,
        uint.MaxValue,
        1UL << 40,
        1UL << 61,
        long.MaxValue,
        1UL << 63,
        ulong.MaxValue,
    ];

    private static readonly string[] s_texts =
    [
        "",
        " ",
        ".",
        "..",
        "../data",
        "/dev/zero",
        "data",
        "model.onnx",
        "absent",
        "location",
        "offset",
        "length",
        "0",
        "-1",
        "8",
        "4096",
        "9223372036854775807",
        "99999999999999999999",
        "image.pos_embed",
        "image.blocks.0.attn.qkv.weight[0:6].T",
        "image.blocks.1.attn.qkv.weight[6:18].T",
        "image.norm.weight[0:3]",
        "image.norm.weight.T",
        "image.norm.weight[3:0]",
        "constant_1",
        "backbone_config",
        "adapters",
        "\u0000",
        "\ud83d\ude00",
        new('x', 5000),
    ];

    /// <summary>Returns a message with one to four changes.</summary>
    /// <param name="message">A sound message.</param>
    /// <param name="isMessage">Whether the field of a path is a message.</param>
    /// <param name="random">Decides.</param>
    public static byte[] Mutate(byte[] message, Func<string, bool> isMessage, Random random)
    {
        List<ProtobufField> fields = ProtobufField.Read(message, isMessage);
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            List<(List<ProtobufField> Siblings, ProtobufField Field)> all = [];
            Collect(fields, all);
            if (all.Count == 0)
                break;
            (List<ProtobufField> siblings, ProtobufField field) = all[random.Next(all.Count)];
            Change(siblings, field, all[random.Next(all.Count)].Field, random);
        }

        return ProtobufField.Write(fields);
    }

    private static void Change(List<ProtobufField> siblings, ProtobufField field, ProtobufField other, Random random)
    {
        int at = siblings.IndexOf(field);
        switch (random.Next(12))
        {
            case 0:
                siblings.RemoveAt(at);
                break;
            case 1:
                siblings.Insert(at, field.Copy());
                break;
            case 2:
                siblings.Insert(random.Next(siblings.Count + 1), other.Copy());
                break;
            case 3:
                siblings[at] = other.Copy();
                break;
            case 4:
                field.Number = random.Next(3) > 0 ? random.Next(0, 21) : (long)(s_numbers[random.Next(s_numbers.Length)] >> 4);
                break;
            case 5:
                field.Type = random.Next(8);
                break;
            case 6:
                field.Needless = random.Next(1, 12);
                break;
            case 7 when field.Fields is null && random.Next(4) == 0:
                siblings[at] = Nested(field, random.Next(1, Deepest));
                break;
            case 8 when field.Type == 2 && field.Fields is null:
                field.Content = Encoding.UTF8.GetBytes(s_texts[random.Next(s_texts.Length)]);
                break;
            case 9 when field.Content.Length > 0:
                field.Content = Mutator.Mutate([field.Content], s_texts, random);
                break;
            default:
                ulong near = (field.Value ?? (ulong)field.Content.Length) + (ulong)random.Next(-2, 3);
                field.Value = random.Next(2) == 0 ? near : s_numbers[random.Next(s_numbers.Length)];
                break;
        }
    }

    private static ProtobufField Nested(ProtobufField field, int depth)
    {
        ProtobufField inner = field.Copy();
        for (int i = 0; i < depth; i++)
            inner = new ProtobufField
            {
                Number = field.Number,
                Type = 2,
                Content = ProtobufField.Write([inner]),
            };
        return inner;
    }

    private static void Collect(List<ProtobufField> fields, List<(List<ProtobufField>, ProtobufField)> all)
    {
        foreach (ProtobufField field in fields)
        {
            all.Add((fields, field));
            if (field.Fields is not null)
                Collect(field.Fields, all);
        }
    }
}
