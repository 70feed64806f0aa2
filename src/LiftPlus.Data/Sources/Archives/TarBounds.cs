using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace LiftPlus.Data;

/// <summary>
/// Checks the sizes in a tar file before .NET reads it: it takes memory for a name as long as its header says, whether or not the file has
/// so many bytes. Stops without a word where the headers make no sense, because .NET then says why.
/// </summary>
internal static class TarBounds
{
    private const int Block = 512,
        SizeAt = 124,
        SizeLength = 12,
        TypeAt = 156,
        MostNameBytes = 1 << 20;

    /// <exception cref="InvalidDataException">A file or a name in it is longer than it can be.</exception>
    public static void Check(Stream tar)
    {
        byte[] header = new byte[Block];
        long? sizeOfNext = null; // as an extended header says
        while (
            tar.ReadAtLeast(header, Block, throwOnEndOfStream: false) == Block && ReadNumber(header.AsSpan(SizeAt, SizeLength)) is long size
        )
        {
            char type = (char)header[TypeAt];
            bool isName = type is 'L' or 'K' or 'x' or 'g';
            if (!isName && sizeOfNext is long said)
                (size, sizeOfNext) = (said, null);
            if (isName && size > MostNameBytes)
                throw new InvalidDataException($"At byte {tar.Position - Block} there is a name of {size:N0} bytes.");
            if (size > tar.Length - tar.Position)
                throw new InvalidDataException(
                    $"At byte {tar.Position - Block} there is a file of {size:N0} bytes, but {tar.Length - tar.Position:N0} bytes follow."
                );
            long next = tar.Position + (size + Block - 1) / Block * Block;
            if (type == 'x')
                sizeOfNext = SizeIn(tar, (int)size) ?? sizeOfNext;
            if (size < 0 || next > tar.Length)
                return;
            tar.Position = next;
        }
    }

    // Digits to the base 8, or a number of 95 bits after a bit that is set.
    private static long? ReadNumber(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
            return field[1..4].ContainsAnyExcept((byte)0) ? null : BinaryPrimitives.ReadInt64BigEndian(field[4..]);
        long number = 0;
        foreach (byte digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return null;
            number = number * 8 + (digit - '0');
        }

        return number;
    }

    // Lines such as "20 size=10000000000", each with its own length.
    private static long? SizeIn(Stream tar, int length)
    {
        byte[] text = new byte[length];
        tar.ReadExactly(text);
        const string key = " size=";
        string lines = Encoding.UTF8.GetString(text);
        int at = lines.LastIndexOf(key, StringComparison.Ordinal);
        string rest = at < 0 ? "" : lines[(at + key.Length)..];
        return long.TryParse(rest.Split('\n')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : null;
    }
}
