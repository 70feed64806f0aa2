using LiftPlus.Fuzz.Doors;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.PixelFormats;
using SkiaSharp;

namespace LiftPlus.Data.Tests;

/// <summary>What the decoder on ImageSharp adds to the contract of all decoders: other formats, and images of ImageSharp.</summary>
public sealed class ImageSharpDecoderTests : IDisposable
{
    private static readonly Dictionary<string, byte[]> s_files = new()
    {
        ["rgb.tif"] = PlainImages.Tiff(),
        ["gray.tif"] = PlainImages.Tiff(samples: 1),
        ["16-bit.tif"] = PlainImages.Tiff(bits: 16),
        ["deflate.tif"] = PlainImages.Tiff(compression: 8),
        ["packbits.tif"] = PlainImages.Tiff(compression: 32773),
        ["one-strip.tif"] = PlainImages.Tiff(rowsPerStrip: PlainImages.Height),
        ["big-endian.tif"] = PlainImages.Tiff(isBigEndian: true),
        ["big.tif"] = PlainImages.Tiff(isBig: true),
        ["rgb.tga"] = PlainImages.Tga(24),
        ["rgba.tga"] = PlainImages.Tga(32),
        ["gray.tga"] = PlainImages.Tga(8),
        ["bottom-up.tga"] = PlainImages.Tga(24, isTopDown: false),
        ["runs.tga"] = PlainImages.Tga(24, isCompressed: true),
        ["runs-rgba.tga"] = PlainImages.Tga(32, isCompressed: true),
        ["palette.tga"] = PlainImages.Tga(8, hasPalette: true),
        ["palette-runs.tga"] = PlainImages.Tga(8, hasPalette: true, isCompressed: true),
        ["gray.pgm"] = PlainImages.Pnm(5),
        ["rgb.ppm"] = PlainImages.Pnm(6),
        ["rgb-16-bit.ppm"] = PlainImages.Pnm(6, 65535),
        ["black-white.pbm"] = PlainImages.Pnm(4),
    };

    private readonly TestImages _images = new();
    private readonly ImageSharpDecoder _decoder = new();

    public static TheoryData<string> Files => [.. s_files.Keys];

    public void Dispose() => _images.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void ReadsThePixelsThatWereWritten_AndMeasuresThem(string name)
    {
        byte[] file = s_files[name];
        using RgbImage image = _decoder.Decode(file, name);
        Assert.Equal(new ImageSize(PlainImages.Width, PlainImages.Height), _decoder.Measure(file, name));
        Assert.Equal(Expected(name), image.ToPacked());
        using RgbImage part = _decoder.Decode(file, name, _ => new PixelBox(5, 3, 20, 9), null),
            expected = image.Crop(new PixelBox(5, 3, 20, 9));
        Assert.Equal(expected.ToPacked(), part.ToPacked());
    }

    // ImageSharp fills in what is missing in these.
    [Theory]
    [MemberData(nameof(Files))]
    public void AFileThatIsCutOffFails(string name)
    {
        byte[] file = s_files[name];
        int most = name.EndsWith(".tif", StringComparison.Ordinal) ? file.Length - 4 : file.Length; // the end of the directories
        for (int length = 0; length < most; length += 1 + file.Length / 203)
            Assert.Throws<ImageDecodeException>(() => _decoder.Decode(file.AsSpan(0, length), name));
    }

    [Theory]
    [InlineData("tiles", "a TIFF in tiles")]
    [InlineData("jpeg", "a TIFF with compression 7")]
    [InlineData("fax", "a TIFF with compression 4")]
    [InlineData("bitmaps", "an array of bitmaps")]
    [InlineData("text", "a PBM, PGM or PPM that is written as text")]
    [InlineData("tga", "a TGA of the kind 1 with 8 bits and a palette of 15 bits")]
    public void AKindThatIsNotReadIsNamed(string kind, string named)
    {
        byte[] file = kind switch
        {
            "tiles" => PlainImages.Tiff(change: entries => entries[324] = (4, [8])),
            "jpeg" => PlainImages.Tiff(change: entries => entries[259] = (3, [7])),
            "fax" => PlainImages.Tiff(change: entries => entries[259] = (3, [4])),
            "bitmaps" => [.. "BA"u8, .. new byte[12], .. ImageSeeds.Bmp(hasRuns: false)],
            "text" => [.. "P3 1 1 255 1 2 3 "u8],
            _ => Changed(PlainImages.Tga(8, hasPalette: true), 7, 15),
        };
        Assert.Contains(named, Assert.Throws<ImageDecodeException>(() => _decoder.Decode(file, kind)).Message);
        Assert.Contains(named, Assert.Throws<ImageDecodeException>(() => _decoder.Measure(file, kind)).Message);
    }

    // ImageSharp reads all entries of all directories at once.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ATiffThatClaimsMoreThanItHoldsIsRejectedBeforeItIsRead(bool isBig)
    {
        byte[] values = PlainImages.Tiff(isBig: isBig, change: entries =>
        {
            for (int tag = 40_000; tag < 40_030; tag++)
                entries[tag] = (4, [.. Enumerable.Range(0, 500).Select(i => (long)i)]);
        });
        _decoder.Decode(values, "sound").Dispose();
        byte[] shared = Shared(values, isBig); // all entries have the values of the first
        foreach (Action read in new Action[] { () => _decoder.Decode(shared, "shared"), () => _decoder.Measure(shared, "shared") })
            Assert.Contains("hold more than the file has bytes", Assert.Throws<ImageDecodeException>(read).Message);

        byte[] lost = PlainImages.Tiff(isBig: isBig, change: entries => entries[273] = (4, [8, 1 << 30, 8]));
        Assert.Contains("strip 2 of 3", Assert.Throws<ImageDecodeException>(() => _decoder.Decode(lost, "lost")).Message);
        byte[] few = PlainImages.Tiff(isBig: isBig, change: entries => entries[279] = (4, [30, 30, 30]));
        Assert.Contains("at least", Assert.Throws<ImageDecodeException>(() => _decoder.Decode(few, "few")).Message);
    }

    [Theory]
    [InlineData("tif")]
    [InlineData("tga")]
    [InlineData("runs.tga")]
    [InlineData("ppm")]
    public void AHeaderOfMorePixelsThanTheFileCanHoldIsDamage(string kind)
    {
        const int side = 6_000;
        byte[] file = kind switch
        {
            "tif" => PlainImages.Tiff(change: entries => (entries[256], entries[257]) = ((3, [side]), (3, [side]))),
            "tga" => Claiming(PlainImages.Tga(24), side),
            "runs.tga" => Claiming(PlainImages.Tga(24, isCompressed: true), side),
            _ => [.. System.Text.Encoding.ASCII.GetBytes($"P6 {side} {side} 255\n"), .. new byte[3000]],
        };
        string message = Assert.Throws<ImageDecodeException>(() => _decoder.Decode(file, kind)).Message;
        Assert.Contains("6000x6000 pixels do", message);
        var small = new ImageSharpDecoder(1_000_000);
        Assert.Contains("the limit is 1,000,000", Assert.Throws<ImageDecodeException>(() => small.Measure(file, kind)).Message);
    }

    // ImageSharp allocates all that comes before the pixels.
    [Fact]
    public void ABitmapWhosePixelsBeginFarAwayTakesNoMemory()
    {
        byte[] file = ImageSeeds.Bmp(hasRuns: true);
        BitConverter.TryWriteBytes(file.AsSpan(10), 1_500_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (Action read in new Action[] { () => _decoder.Decode(file, "far"), () => _decoder.Measure(file, "far") })
            Assert.Contains("ends before its pixels begin", Assert.Throws<ImageDecodeException>(read).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void LzwIsRead()
    {
        using Image<Rgb24> image = Image.Load<Rgb24>(TestImages.Encode(23, 17, 1, SKEncodedImageFormat.Png));
        using var file = new MemoryStream();
        image.Save(file, new SixLabors.ImageSharp.Formats.Tiff.TiffEncoder { Compression = TiffCompression.Lzw });
        using RgbImage decoded = _decoder.Decode(file.ToArray(), "lzw"),
            expected = _decoder.Decode(image.ToImageSource());
        Assert.Equal(expected.ToPacked(), decoded.ToPacked());
    }

    [Fact]
    public void AFolderGivesTheFilesThatTheDecoderReads()
    {
        foreach (string name in s_files.Keys)
            _images.Write($"train/{name.Split('.')[^1]}/{name}", s_files[name]);
        _images.WriteImage("train/jpg/1.jpg");
        ImageDataset dataset = ImageDataset.FromFolder(_images.PathOf("train"), options: new DatasetReadOptions { Decoder = _decoder });
        Assert.Equal(["jpg", "pbm", "pgm", "ppm", "tga", "tif"], dataset.ClassNames);
        Assert.Equal(s_files.Count + 1, dataset.Count);
        Assert.Empty(dataset.Remarks);
        Assert.Empty(dataset.Check(_decoder).Unreadable);
    }

    // The pool of ImageSharp gives memory with the pixels of earlier images.
    [Fact]
    public void NothingOfAnEarlierImageIsSeenInADamagedOne()
    {
        byte[] earlier = PlainImages.Tiff(compression: 8, rowsPerStrip: PlainImages.Height, change: Planes),
            damaged = [.. earlier];
        int at = damaged.AsSpan().IndexOf<byte>([0x78, 0x01]);
        byte[] empty = [0x78, 0x01, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]; // deflate, no bytes
        empty.CopyTo(damaged, at);
        for (int turn = 0; turn < 3; turn++)
        {
            using RgbImage sound = _decoder.Decode(earlier, "earlier");
            using RgbImage image = _decoder.Decode(damaged, "damaged");
            Assert.True(sound.ToPacked().Max() > 0);
            Assert.All(image.ToPacked(), value => Assert.Equal(0, value));
        }

        static void Planes(SortedDictionary<int, (int Type, long[] Values)> entries)
        {
            entries[284] = (3, [2]); // a strip for each channel
            foreach (int tag in new[] { 273, 279 })
                entries[tag] = (4, [.. Enumerable.Repeat(entries[tag].Values[0], 3)]);
        }
    }

    [Fact]
    public void AnImageTakesMemoryInProportionToItsPixels()
    {
        ImageMemory memory = new(limit: 1000);
        using (System.Buffers.IMemoryOwner<int> first = memory.Allocate<int>(200))
        {
            Assert.Equal(200, first.Memory.Length);
            Assert.True(first.Memory.Span.IndexOfAnyExcept(0) < 0);
            first.Memory.Span.Fill(7);
            Assert.Throws<SixLabors.ImageSharp.Memory.InvalidMemoryOperationException>(() => memory.Allocate<byte>(300));
        }

        Assert.Throws<SixLabors.ImageSharp.Memory.InvalidMemoryOperationException>(() => memory.Allocate<long>(int.MaxValue));
        ImageMemory other = new(limit: 1000);
        using System.Buffers.IMemoryOwner<int> again = other.Allocate<int>(200);
        Assert.True(again.Memory.Span.IndexOfAnyExcept(0) < 0);
    }

    [Fact]
    public void TheApplicationsSettingsOfImageSharpAreNotChanged()
    {
        Image.Load<Rgb24>(TestImages.Encode(9, 7, 1, SKEncodedImageFormat.Png)).Dispose();
        _decoder.Decode(TestImages.Encode(9, 7, 1, SKEncodedImageFormat.Png), "x").Dispose();
        var png = (PngDecoder)Configuration.Default.ImageFormatsManager.FindDecoder(PngFormat.Instance);
        Assert.False(png.IgnoreMetadata);
        Assert.Same(SixLabors.ImageSharp.Memory.MemoryAllocator.Default, Configuration.Default.MemoryAllocator);
    }

    [Fact]
    public void AnImageOfAnyPixelTypeIsASourceOfItsPixels()
    {
        using Image<Rgba32> colored = Image.Load<Rgba32>(TestImages.Encode(23, 17, 1, SKEncodedImageFormat.Png));
        byte[] expected = Packed(colored);
        Check(colored.CloneAs<Rgb24>());
        Check(colored.CloneAs<Bgr24>());
        Check(colored.CloneAs<Bgra32>());
        Check(colored.CloneAs<Argb32>());
        Check(colored.CloneAs<Rgb48>());
        Check(colored.CloneAs<Rgba64>());
        using Image<L16> gray = colored.CloneAs<L16>();
        using RgbImage pixels = _decoder.Decode(gray.ToImageSource("gray"));
        Assert.All(pixels.ToPacked().Chunk(3), pixel => Assert.True(pixel[0] == pixel[1] && pixel[1] == pixel[2]));

        void Check(Image image)
        {
            using (image)
            {
                ImageSource source = image.ToImageSource("memory");
                Assert.Equal(("memory", false), (source.Name, source.IsEncoded));
                using RgbImage pixels = _decoder.Decode(source);
                Assert.Equal(expected, pixels.ToPacked());
                using RgbImage again = _decoder.Decode(source);
                Assert.Equal(expected, again.ToPacked());
            }
        }
    }

    private static byte[] Expected(string name)
    {
        bool isPalette = name.Contains("palette", StringComparison.Ordinal),
            isGray = name.Contains("gray", StringComparison.Ordinal),
            isBitmap = name.EndsWith(".pbm", StringComparison.Ordinal);
        return
        [
            .. from y in Enumerable.Range(0, PlainImages.Height)
            from x in Enumerable.Range(0, PlainImages.Width)
            let color = PlainImages.ColorOf(x, y)
            from value in isPalette ? [color[0], (byte)(255 - color[0]), 7]
            : isGray ? [color[0], color[0], color[0]]
            : isBitmap ? Enumerable.Repeat(((x / 8 * 48) >> (7 - x % 8) & 1) == 0 ? (byte)255 : (byte)0, 3)
            : color
            select value,
        ];
    }

    private static byte[] Packed(Image<Rgba32> image)
    {
        byte[] packed = new byte[3 * image.Width * image.Height];
        for (int y = 0, at = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
                (packed[at++], packed[at++], packed[at++]) = (image[x, y].R, image[x, y].G, image[x, y].B);
        }

        return packed;
    }

    private static byte[] Changed(byte[] file, int at, byte value)
    {
        file[at] = value;
        return file;
    }

    private static byte[] Claiming(byte[] tga, ushort side)
    {
        BitConverter.TryWriteBytes(tga.AsSpan(12), side);
        BitConverter.TryWriteBytes(tga.AsSpan(14), side);
        return tga;
    }

    // Every one of the large entries claims the bytes from the beginning of the file.
    private static byte[] Shared(byte[] tiff, bool isBig)
    {
        byte[] claim = isBig ? BitConverter.GetBytes(10_000L) : BitConverter.GetBytes(10_000);
        for (int tag = 40_000; tag < 40_030; tag++)
        {
            byte[] entry = [(byte)tag, (byte)(tag >> 8), 4, 0];
            int at = tiff.AsSpan().LastIndexOf(entry);
            claim.CopyTo(tiff, at + 4);
            new byte[claim.Length].CopyTo(tiff, at + 4 + claim.Length);
        }

        return tiff;
    }
}
