using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace LiftPlus.Data.Tests;

/// <summary>
/// Files as CIFAR is published in, with few images: the bytes that Python 2 writes, or a newer Python, and the binary ones.
/// </summary>
internal static class CifarFiles
{
    public const int ImageBytes = 3 * 32 * 32;

    /// <summary>The pixels of an image: three planes.</summary>
    public static byte[] Image(int seed)
    {
        byte[] pixels = new byte[ImageBytes];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    public static byte[] Binary(params (int[] Labels, byte[] Pixels)[] images) =>
        [.. images.SelectMany(image => image.Labels.Select(label => (byte)label).Concat(image.Pixels))];

    /// <summary>A dictionary of lists of numbers or texts and of arrays (N, 3072).</summary>
    public static byte[] Pickle(bool newer, params (string Key, object Value)[] entries)
    {
        var pickle = new Writer(newer);
        pickle.Put(0x80, newer ? 4 : 2);
        pickle.Put('}', 'q', 1, '(');
        foreach ((string key, object value) in entries)
        {
            pickle.Text(key);
            switch (value)
            {
                case int[] numbers:
                    pickle.Put(']', 'q', 2, '(');
                    foreach (int number in numbers)
                        pickle.Put('K', number);
                    pickle.Put('e');
                    break;
                case string[] texts:
                    pickle.Put(']', 'q', 3, '(');
                    foreach (string text in texts)
                        pickle.Text(text);
                    pickle.Put('e');
                    break;
                case byte[][] rows:
                    pickle.Array(rows, isColumnMajor: false);
                    break;
                case (byte[][] rows, bool isColumnMajor):
                    pickle.Array(rows, isColumnMajor);
                    break;
                default:
                    throw new ArgumentException(key);
            }
        }

        pickle.Put('u', '.');
        return pickle.Bytes;
    }

    public static byte[] Archive(string folder, params (string Name, byte[] Bytes)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
        using (var tar = new TarWriter(zip, TarEntryFormat.Ustar))
        {
            foreach ((string name, byte[] content) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{folder}/{name}") { DataStream = new MemoryStream(content) });
        }

        return bytes.ToArray();
    }

    private sealed class Writer(bool newer)
    {
        private readonly MemoryStream _stream = new();

        public byte[] Bytes => _stream.ToArray();

        public void Put(params int[] bytes)
        {
            foreach (int value in bytes)
                _stream.WriteByte((byte)value);
        }

        public void Text(string text)
        {
            Put(newer ? 0x8c : 'U', text.Length);
            _stream.Write(Encoding.ASCII.GetBytes(text));
        }

        public void Array(byte[][] rows, bool isColumnMajor)
        {
            Put('c');
            _stream.Write(
                Encoding.ASCII.GetBytes(newer ? "numpy._core.multiarray\n_reconstruct\n" : "numpy.core.multiarray\n_reconstruct\n")
            );
            Put('c');
            _stream.Write("numpy\nndarray\n"u8);
            Put('K', 0, 0x85);
            Text("b");
            Put(0x87, 'R', '(', 'K', 1);
            Number(rows.Length);
            Number(ImageBytes);
            Put(0x86, 'c');
            _stream.Write("numpy\ndtype\n"u8);
            Text("u1");
            Put('K', 0, 'K', 1, 0x87, 'R', '(', 'K', 3);
            Text("|");
            Put('N', 'N', 'N');
            Number(-1);
            Number(-1);
            Put('K', 0, 't', 'b', isColumnMajor ? 0x88 : 0x89, newer ? 'B' : 'T');
            byte[] data = isColumnMajor
                ? [.. Enumerable.Range(0, ImageBytes).SelectMany(i => rows.Select(row => row[i]))]
                : [.. rows.SelectMany(row => row)];
            Raw(data.Length);
            _stream.Write(data);
            Put('t', 'b');
        }

        private void Number(int value)
        {
            Put('J');
            Raw(value);
        }

        private void Raw(int value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
            _stream.Write(bytes);
        }
    }
}
