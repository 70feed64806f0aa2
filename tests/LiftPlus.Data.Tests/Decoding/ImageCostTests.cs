using System.Buffers.Binary;
using LiftPlus.Fuzz.Doors;
using SkiaSharp;

namespace LiftPlus.Data.Tests;

/// <summary>Images whose header asks for more memory than it seems, or for more pixels than the file can hold.</summary>
public sealed class ImageCostTests : IDisposable
{
    private const int Large = 6_000;
    private const long AnyMemory = 10_000_000;

    private readonly TestImages _images = new();

    public static TheoryData<string, string> Headers =>
        OfEveryDecoder("jpeg", "progressive jpeg", "png", "bmp", "bmp with runs", "gif", "webp");

    public static TheoryData<string, string> Uniform => OfEveryDecoder("jpeg", "png", "gif", "webp", "lossless webp", "bmp with runs");

    public static TheoryData<string, int, int, double> Interlaced
    {
        get
        {
            var rows = new TheoryData<string, int, int, double>();
            foreach (string decoder in DecoderCase.All.Keys)
            {
                rows.Add(decoder, 16, 6, 3); // bits, color, times the memory of a plain image
                rows.Add(decoder, 16, 2, 2.5);
                rows.Add(decoder, 8, 2, 1.75);
                rows.Add(decoder, 8, 3, 1.25);
            }

            return rows;
        }
    }

    public void Dispose() => _images.Dispose();

    [Theory]
    [MemberData(nameof(Headers))]
    public void AHeaderOfMorePixelsThanTheFileCanHoldIsDamage(string decoderName, string kind)
    {
        string path = _images.Write("large", Claiming(kind, Large, Large));
        IImageDecoder decoder = DecoderCase.All[decoderName].Create();
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (
            Action read in new Action[]
            {
                () => decoder.Decode(path).Dispose(),
                () => decoder.Decode(path, size => new PixelBox(0, 0, size.Width, 10)).Dispose(),
                () => ImageCheck.Measure(ImageSource.FromFile(path), decoder),
            }
        )
            Assert.Contains("take at least", Assert.Throws<ImageDecodeException>(read).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AnyMemory);
    }

    [Theory]
    [MemberData(nameof(Interlaced))]
    public void AnInterlacedImageCountsAsTheMemoryItTakes(string decoderName, int bits, int color, double times)
    {
        DecoderCase decoder = DecoderCase.All[decoderName];
        byte[] plain = ImageSeeds.Png(bits, color, isInterlaced: false, 60, 40),
            interlaced = ImageSeeds.Png(bits, color, isInterlaced: true, 60, 40);
        const int pixels = 60 * 40;
        decoder.Create(pixels).Decode(plain, "plain").Dispose();
        decoder.Create((long)(pixels * times)).Decode(interlaced, "interlaced").Dispose();
        string message = Assert
            .Throws<ImageDecodeException>(() => decoder.Create((long)(pixels * times) - 1).Decode(interlaced, "interlaced"))
            .Message;
        Assert.Contains($"as much memory as {pixels * times:N0} ordinary ones", message);
    }

    [Fact]
    public void LimitsOfACallCountTheMemoryToo()
    {
        var reader = new ImageReader(TransformPipeline.Evaluation(32), PixelNormalizer.Clip, new SkiaImageDecoder());
        ImageSource source = ImageSource.FromBytes(ImageSeeds.Png(16, 6, isInterlaced: true, 60, 40));
        float[] to = new float[reader.Length];
        var enough = new ImageLimits { MaxPixels = 3 * 60 * 40 };
        reader.Write(source, () => new TransformContext(new StreamRandom(0, 0, 0, 0), 0), to, enough);
        Assert.Throws<ImageDecodeException>(() =>
            reader.Write(
                source,
                () => new TransformContext(new StreamRandom(0, 0, 0, 0), 0),
                to,
                enough with
                {
                    MaxPixels = 3 * 60 * 40 - 1,
                }
            )
        );
    }

    // Formats pack one color very well; none of these may be taken for damage.
    [Theory]
    [MemberData(nameof(Uniform))]
    public void AnImageOfOneColorIsRead(string decoderName, string kind)
    {
        IImageDecoder decoder = DecoderCase.All[decoderName].Create();
        const int side = 2_000;
        byte[] file = kind switch
        {
            "gif" => UniformGif(side),
            "bmp with runs" => ImageSeeds.Bmp(hasRuns: true, side, side),
            _ => Encode(kind, side),
        };
        using RgbImage image = decoder.Decode(file, kind);
        Assert.Equal((side, side), (image.Width, image.Height));
        string path = _images.Write("uniform", file);
        Assert.Equal(new ImageSize(side, side), ImageCheck.Measure(ImageSource.FromFile(path), decoder));
    }

    [Fact]
    public void ADamagedFileIsDecodedOnce()
    {
        byte[] good = TestImages.Encode(40, 30, 1, SKEncodedImageFormat.Jpeg);
        string path = _images.Write("cut.jpg", good[..(good.Length / 2)]);
        var decoder = new CountingDecoder();
        using var loader = new BatchLoader(
            new ImageDataset([new LabeledImage(path, 0)], ["a"]),
            TransformPipeline.Evaluation(32),
            PixelNormalizer.Clip,
            new SequentialSampler(),
            new BatchLoaderOptions { Workers = 1 },
            decoder
        );
        Assert.Throws<ImageDecodeException>(() => loader.ReadEpoch(0, 0).Count());
        Assert.Equal(1, decoder.Calls);
    }

    [Fact]
    public void AnEndlessStreamIsRefused()
    {
        var endless = new EndlessStream();
        Assert.True(Assert.Throws<ImageDecodeException>(() => new SkiaImageDecoder().DecodeStream(endless, "endless")).IsTooLarge);
    }

    private static TheoryData<string, string> OfEveryDecoder(params string[] kinds)
    {
        var rows = new TheoryData<string, string>();
        foreach (string decoder in DecoderCase.All.Keys)
        {
            foreach (string kind in kinds)
                rows.Add(decoder, kind);
        }

        return rows;
    }

    private static byte[] Claiming(string kind, int width, int height)
    {
        switch (kind)
        {
            case "jpeg" or "progressive jpeg":
                byte[] jpeg = TestImages.Encode(64, 48, 1, SKEncodedImageFormat.Jpeg);
                int frame = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
                jpeg[frame + 1] = (byte)(kind == "jpeg" ? 0xC0 : 0xC2);
                BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), (ushort)height);
                BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), (ushort)width);
                return jpeg;
            case "png":
                return TestImages.PngHeader(width, height);
            case "bmp" or "bmp with runs":
                byte[] bmp = ImageSeeds.Bmp(hasRuns: kind != "bmp")[..1100];
                BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), width);
                BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), height);
                return bmp;
            case "gif":
                byte[] gif = ImageSeeds.Gif(1);
                foreach (int at in new[] { 6, gif.AsSpan().LastIndexOf<byte>([0x2C, 0, 0, 0, 0]) + 5 })
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(at), (ushort)width);
                    BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(at + 2), (ushort)height);
                }

                return gif;
            default:
                byte[] webp = TestImages.Encode(64, 48, 1, SKEncodedImageFormat.Webp);
                int key = webp.AsSpan().IndexOf<byte>([0x9D, 0x01, 0x2A]);
                BinaryPrimitives.WriteUInt16LittleEndian(webp.AsSpan(key + 3), (ushort)width);
                BinaryPrimitives.WriteUInt16LittleEndian(webp.AsSpan(key + 5), (ushort)height);
                return webp;
        }
    }

    private static byte[] Encode(string kind, int side)
    {
        using var bitmap = new SKBitmap(side, side);
        bitmap.Erase(SKColors.SteelBlue);
        using SKData data = kind switch
        {
            "jpeg" => bitmap.Encode(SKEncodedImageFormat.Jpeg, 1),
            "png" => bitmap.Encode(SKEncodedImageFormat.Png, 100),
            _ => bitmap.Encode(SKEncodedImageFormat.Webp, kind == "webp" ? 1 : 100),
        };
        return data.ToArray();
    }

    // Each code stands for one more pixel than the one before; when the table is full, its longest code goes on.
    private static byte[] UniformGif(int side)
    {
        const int clear = 4,
            end = 5;
        List<byte> packed = [];
        (int bits, int have) = (0, 0);
        void Put(int code, int width)
        {
            bits |= code << have;
            for (have += width; have >= 8; have -= 8, bits >>= 8)
                packed.Add((byte)bits);
        }

        Put(clear, 3);
        int next = end + 1,
            size = 3;
        long left = (long)side * side;
        for (long run = 1; left > 0; left -= run)
        {
            run = Math.Min(left, next < 4096 ? (next == end + 1 ? 1 : next - end) : 4096 - end - 1);
            Put(run == 1 ? 0 : (int)(end + run - 1), size);
            if (next < 4096 && left > run && next++ > (1 << size) - 1 && size < 12)
                size++;
        }

        Put(end, size);
        Put(0, 7);
        List<byte> file =
        [
            .. "GIF89a"u8,
            .. BitConverter.GetBytes((ushort)side),
            .. BitConverter.GetBytes((ushort)side),
            0xF0, // two colors
            0,
            0,
            10,
            20,
            30,
            40,
            50,
            60,
            0x2C,
            0,
            0,
            0,
            0,
            .. BitConverter.GetBytes((ushort)side),
            .. BitConverter.GetBytes((ushort)side),
            0,
            2,
        ];
        foreach (byte[] block in packed.Chunk(255))
            file.AddRange([(byte)block.Length, .. block]);
        return [.. file, 0, (byte)';'];
    }

    private sealed class CountingDecoder : IImageDecoder
    {
        private readonly SkiaImageDecoder _inner = new();

        public int Calls { get; private set; }

        public RgbImage Decode(ReadOnlySpan<byte> encoded, string name)
        {
            Calls++;
            return _inner.Decode(encoded, name);
        }
    }

    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
