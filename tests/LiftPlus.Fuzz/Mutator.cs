using System.Buffers.Binary;
using System.Text;

namespace LiftPlus.Fuzz;

/// <summary>Damages bytes in the ways that readers trip over.</summary>
internal static class Mutator
{
    private const int MostBytes = 1 << 20;

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
        9_999,
        1_000_000,
        int.MaxValue,
        uint.MaxValue,
        1L << 32,
        1L << 62,
        long.MaxValue,
        long.MinValue,
    ];

    /// <summary>Returns a seed with one to six changes.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="tokens">Pieces that mean something to the reader.</param>
    /// <param name="random">Decides.</param>
    public static byte[] Mutate(IReadOnlyList<byte[]> seeds, IReadOnlyList<string> tokens, Random random)
    {
        byte[] seed = seeds[random.Next(seeds.Count)];
        List<byte> bytes = [.. seed];
        for (int change = random.Next(1, 7); change > 0; change--)
            Change(bytes, seeds, tokens, random);
        return bytes.Count <= MostBytes ? [.. bytes] : [.. bytes.Take(MostBytes)];
    }

    private static void Change(List<byte> bytes, IReadOnlyList<byte[]> seeds, IReadOnlyList<string> tokens, Random random)
    {
        if (bytes.Count == 0)
            return;
        // Headers are short, and where most decisions are made.
        int at = random.Next(random.Next(3) == 0 ? Math.Min(bytes.Count, 96) : bytes.Count),
            length = Math.Min(random.Next(1, 24), bytes.Count - at);
        switch (random.Next(12))
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
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length)); // a piece once more
                break;
            case 4 or 5 when tokens.Count > 0:
                bytes.InsertRange(at, Token(tokens, random));
                break;
            case 6 when tokens.Count > 0:
                byte[] token = Token(tokens, random);
                bytes.RemoveRange(at, Math.Min(token.Length, bytes.Count - at));
                bytes.InsertRange(at, token);
                break;
            case 7:
                Number(bytes, at, random);
                break;
            case 8:
                bytes.RemoveRange(at, bytes.Count - at); // cut short
                break;
            case 9:
                byte[] other = seeds[random.Next(seeds.Count)];
                int from = random.Next(other.Length);
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other[from..]);
                break;
            case 10 when random.Next(20) == 0:
                byte[] piece = [.. bytes.GetRange(at, length)];
                int times = Math.Min(1 << random.Next(4, 16), MostBytes / piece.Length);
                bytes.InsertRange(at, Enumerable.Repeat(piece, times).SelectMany(part => part));
                break;
            default:
                for (int i = at; i < at + length; i++)
                    bytes[i] = (byte)random.Next(256);
                break;
        }
    }

    private static byte[] Token(IReadOnlyList<string> tokens, Random random) => Encoding.Latin1.GetBytes(tokens[random.Next(tokens.Count)]);

    // With its last or its first byte first.
    private static void Number(List<byte> bytes, int at, Random random)
    {
        Span<byte> number = stackalloc byte[8];
        long edge = s_edges[random.Next(s_edges.Length)];
        int width = 1 << random.Next(1, 4);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, edge);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(number, edge);
            number = number[(8 - width)..];
        }

        for (int i = 0; i < Math.Min(width, bytes.Count - at); i++)
            bytes[at + i] = number[i];
    }
}
