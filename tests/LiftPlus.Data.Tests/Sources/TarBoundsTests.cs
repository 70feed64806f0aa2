using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace LiftPlus.Data.Tests;

/// <summary>Tar files whose headers claim what the file does not have.</summary>
public sealed class TarBoundsTests : IDisposable
{
    private const long AnyMemory = 32L << 20;

    private readonly TestImages _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData('L', 2_000_000_000)]
    [InlineData('K', 2_000_000_000)]
    [InlineData('x', 2_000_000_000)]
    [InlineData('g', 2_000_000_000)]
    [InlineData('x', 3_000_000)]
    [InlineData('0', 8_000_000_000)]
    [InlineData('0', long.MaxValue)]
    [InlineData('0', -1)]
    [InlineData('S', 1)]
    public void ASizeThatCannotBeIsRefusedBeforeMemoryIsTaken(char type, long size) =>
        Refuse([.. Header("a.jpg", type, size), .. new byte[2048]]);

    [Fact]
    public void ASizeOfAnExtendedHeaderIsCheckedToo()
    {
        byte[] attributes = "22 size=9000000000000\n"u8.ToArray();
        Refuse([
            .. Header("x", 'x', attributes.Length),
            .. attributes,
            .. new byte[512 - attributes.Length],
            .. Header("a.jpg", '0', 10),
            .. new byte[2048],
        ]);
    }

    [Theory]
    [InlineData(136)] // the time of writing
    [InlineData(100)] // the rights
    [InlineData(108)] // the owner
    public void ANumberThatOverflowsIsRefused(int place)
    {
        byte[] header = Header("a.jpg", '0', 10);
        header.AsSpan(place, 8).Fill(0xFF);
        header[place] = 0x80;
        Refuse([.. WithSum(header), .. new byte[2048]]);
    }

    [Fact]
    public void AnArchiveThatUnpacksWithoutEndIsRefused()
    {
        string file = _folder.PathOf("cifar-10-python.tar.gz");
        using (var zip = new GZipStream(File.Create(file), CompressionLevel.Fastest))
            zip.Write(new byte[3 << 20]);
        string to = Directory.CreateDirectory(_folder.PathOf("to")).FullName;
        string message = Assert
            .Throws<LiftPlusException>(() => CifarUnpacker.Unpack(CifarArchive.All[0], file, to, mostTogether: 1 << 20))
            .Message;
        Assert.Contains("unpacks to more than 1,048,576 bytes", message);
        Assert.Empty(Directory.GetFileSystemEntries(to));
    }

    private static byte[] Header(string name, char type, long size)
    {
        byte[] header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        if (size is >= 0 and < 1L << 33)
        {
            Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(header, 124);
        }
        else
        {
            header[124] = 0x80;
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        }

        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        header[156] = (byte)type;
        (type is 'L' or 'K' or 'S' ? "ustar  \0"u8 : "ustar\0"u8).CopyTo(header.AsSpan(257));
        if (type is not ('L' or 'K' or 'S'))
            "00"u8.CopyTo(header.AsSpan(263));
        return WithSum(header);
    }

    private static byte[] WithSum(byte[] header)
    {
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes($"{Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0')}\0 ").CopyTo(header, 148);
        return header;
    }

    private void Refuse(byte[] tar)
    {
        string path = _folder.Write("x.tar", tar);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(path, Assert.ThrowsAny<LiftPlusException>(() => ImageDataset.FromTar(path)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AnyMemory);
    }
}
