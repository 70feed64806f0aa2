using System.Buffers.Binary;

namespace LiftPlus.Core.Tests.Fuzzing;

/// <summary>Damages bytes in the ways that readers trip over; the same seed, the same damage.</summary>
internal sealed class Mutator(Random random, byte[][] tokens)
{
    private static readonly long[] s_edges =
    [
        0,
        1,
        -1,
        127,
        128,
        255,
        256,
        32767,
        65535,
        65536,
        int.MaxValue,
        uint.MaxValue,
        1L << 32,
        1L << 62,
        long.MaxValue,
        long.MinValue,
    ];

    /// <summary>Content with one to four changes between two places.</summary>
    public byte[] Mutate(byte[] content, int from, int to)
    {
        List<byte> bytes = [.. content];
        for (int change = random.Next(1, 5); change > 0; change--)
            Change(bytes, Math.Min(from, bytes.Count), Math.Min(to, bytes.Count));
        return [.. bytes];
    }

    private void Change(List<byte> bytes, int from, int to)
    {
        if (to <= from)
            return;
        int at = random.Next(from, to),
            length = Math.Min(random.Next(1, 24), to - at);
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(random.Next(from, to - length + 1), length)); // a piece once more
                break;
            case 4:
                bytes.InsertRange(at, tokens[random.Next(tokens.Length)]);
                break;
            case 5:
                byte[] token = tokens[random.Next(tokens.Length)];
                bytes.RemoveRange(at, Math.Min(token.Length, to - at));
                bytes.InsertRange(at, token);
                break;
            case 6:
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(number, s_edges[random.Next(s_edges.Length)]);
                for (int i = 0; i < Math.Min(1 << random.Next(1, 4), to - at); i++)
                    bytes[at + i] = number[i];
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at); // cut short
                break;
        }
    }
}
