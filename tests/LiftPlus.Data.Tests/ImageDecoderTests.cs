using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace LiftPlus.Data.Tests;

public sealed class ImageDecoderTests : IDisposable
{
    private readonly TestPictures _pictures = new();
    private readonly SkiaImageDecoder _decoder = new();

    public void Dispose() => _pictures.Dispose();

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public void ReadsFilesStreamsAndBytesAlike(SKEncodedImageFormat format)
    {
        byte[] bytes = TestPictures.Encode(37, 21, 1, format);
        string path = _pictures.Write("wrong.extension.txt", bytes);

        using RgbImage fromFile = _decoder.DecodeFile(path), fromStream = _decoder.DecodeStream(new MemoryStream(bytes), "stream");
        using RgbImage fromBytes = _decoder.Decode(bytes, "bytes"), original = TestPictures.Picture(37, 21, 1);

        Assert.Equal((37, 21), (fromFile.Width, fromFile.Height));
        Assert.Equal(fromFile.ToPacked(), fromStream.ToPacked());
        Assert.Equal(fromFile.ToPacked(), fromBytes.ToPacked());
        if (format == SKEncodedImageFormat.Png)
            Assert.Equal(original.ToPacked(), fromFile.ToPacked());
    }

    [Fact]
    public void MissingFileIsNamed() => AssertFails(_pictures.PathOf("gone/1.jpg"), "no such file");

    [Fact]
    public void FolderInPlaceOfAFileIsNamed()
    {
        Directory.CreateDirectory(_pictures.PathOf("a.jpg"));
        AssertFails(_pictures.PathOf("a.jpg"));
    }

    [Fact]
    public void EmptyFileIsNamed() => AssertFails(_pictures.Write("empty.jpg", []), "the file is empty");

    [Fact]
    public void OtherFormatsShowTheirFirstBytes() => AssertFails(_pictures.WriteText("page.jpg", "<html><body>"), "3C68746D6C3E3C62", "<html><b");

    [Theory]
    [InlineData("cut.jpg")]
    [InlineData("cut.png")]
    public void FilesCutOffAnywhereAreNamed(string name)
    {
        byte[] bytes = File.ReadAllBytes(_pictures.WritePicture(name, 200, 150));
        for (int part = 1; part < 20; part++)
        {
            string path = _pictures.Write(name, bytes[..(bytes.Length * part / 20)]);
            AssertFails(path);
        }
    }

    [Fact]
    public void RandomDamageNeverEscapesAsAnotherFailure()
    {
        var random = new Random(5);
        foreach (SKEncodedImageFormat format in new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp })
        {
            byte[] good = TestPictures.Encode(64, 48, 2, format);
            for (int turn = 0; turn < 300; turn++)
            {
                byte[] bad = [.. good];
                for (int hit = 0; hit < 1 + turn % 8; hit++)
                    bad[random.Next(bad.Length)] = (byte)random.Next(256);
                try
                {
                    new SkiaImageDecoder(1_000_000).Decode(bad, "damaged").Dispose();
                }
                catch (ImageDecodeException e)
                {
                    Assert.Equal("damaged", e.Name);
                }
            }
        }
    }

    [Fact]
    public void HugeSizesAreRefusedFromTheHeader()
    {
        string path = _pictures.Write("huge.png", PngHeader(30_000, 30_000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertFails(path, "30000x30000", "100,000,000");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void ThePixelLimitIsTheCallers()
    {
        string path = _pictures.WritePicture("p.png", 40, 30);
        new SkiaImageDecoder(1200).DecodeFile(path).Dispose();
        Assert.Contains("40x30", Assert.Throws<ImageDecodeException>(() => new SkiaImageDecoder(1199).DecodeFile(path)).Message);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void APartIsWhatTheWholeHasThere(SKEncodedImageFormat format)
    {
        var random = new Random(3);
        for (int turn = 0; turn < 60; turn++)
        {
            int width = random.Next(1, 200), height = random.Next(1, 150), boxWidth = random.Next(1, width + 1), boxHeight = random.Next(1, height + 1);
            var box = new PixelBox(random.Next(width - boxWidth + 1), random.Next(height - boxHeight + 1), boxWidth, boxHeight);
            byte[] bytes = TestPictures.Encode(width, height, turn, format);
            using RgbImage whole = _decoder.Decode(bytes, "whole"), expected = whole.Crop(box);
            using RgbImage part = _decoder.Decode(bytes, "part", new FixedCrop(box), new TransformContext(new StreamRandom(0, 0, 0), 0));
            Assert.Equal(expected.ToPacked(), part.ToPacked());
        }
    }

    [Theory]
    [InlineData("cut.jpg")]
    [InlineData("cut.png")]
    public void APartAboveTheCutFailsAllTheSame(string name)
    {
        byte[] bytes = File.ReadAllBytes(_pictures.WritePicture(name, 200, 150));
        string path = _pictures.Write(name, bytes[..(bytes.Length * 9 / 10)]);
        var top = new FixedCrop(new PixelBox(0, 0, 50, 10));
        ImageDecodeException failure = Assert.Throws<ImageDecodeException>(() => _decoder.DecodeFile(path, top, new TransformContext(new StreamRandom(0, 0, 0), 0)));
        Assert.Contains(path, failure.Message);
    }

    [Theory]
    [InlineData(16, 250)] // smaller than a sixteenth
    [InlineData(60, 250)] // about a quarter
    [InlineData(200, 250)] // nothing to reduce
    public void ReducedDecodingLooksTheSame(int outputSize, int boxSize)
    {
        byte[] bytes = SmoothJpeg(400, 300);
        var crop = new FixedCrop(new PixelBox(101, 37, boxSize, boxSize)) { Output = outputSize };
        var context = new TransformContext(new StreamRandom(0, 0, 0), 0);
        using RgbImage full = _decoder.Decode(bytes, "full", crop, context), reduced = new SkiaImageDecoder(reducedScale: true).Decode(bytes, "reduced", crop, context);
        int factor = boxSize / outputSize >= 8 ? 8 : boxSize / outputSize >= 4 ? 4 : 1;
        Assert.InRange(reduced.Width, boxSize / factor - 1, boxSize / factor + 1);

        using RgbImage expected = full.Resize(outputSize, outputSize), got = reduced.Resize(outputSize, outputSize);
        double difference = expected.ToPacked().Zip(got.ToPacked(), (a, b) => Math.Abs(a - b)).Average();
        Assert.True(difference < 3, $"{difference} grey levels");
    }

    [Fact]
    public void RotationMarksAndTransparencyAreIgnored()
    {
        byte[] plain = TestPictures.Encode(40, 24, 1, SKEncodedImageFormat.Jpeg);
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\b\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0\u0006\0\0\0\0\0\0"u8];
        byte[] turned = [.. plain[..2], .. exif, .. plain[2..]];
        using (SKCodec codec = SKCodec.Create(new MemoryStream(turned)))
            Assert.Equal(SKEncodedOrigin.RightTop, codec.EncodedOrigin);
        using RgbImage expected = _decoder.Decode(plain, "plain"), got = _decoder.Decode(turned, "turned");
        Assert.Equal((40, 24), (got.Width, got.Height));
        Assert.Equal(expected.ToPacked(), got.ToPacked());
    }

    private static byte[] SmoothJpeg(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        using (var canvas = new SKCanvas(bitmap))
        {
            using var shader = SKShader.CreateLinearGradient(default, new SKPoint(width, height), [SKColors.Red, SKColors.Lime, SKColors.Navy], SKShaderTileMode.Clamp);
            using var paint = new SKPaint { Shader = shader };
            canvas.DrawPaint(paint);
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        return data.ToArray();
    }

    private sealed class FixedCrop(PixelBox box) : CropTransform
    {
        public int? Output { get; init; }

        public override int? OutputSize => Output;

        public override PixelBox ChooseBox(int width, int height, TransformContext context) => box;
    }

    private void AssertFails(string path, params string[] words)
    {
        ImageDecodeException failure = Assert.Throws<ImageDecodeException>(() => _decoder.DecodeFile(path));
        Assert.Equal(path, failure.Name);
        Assert.All([path, .. words], word => Assert.Contains(word, failure.Message));
    }

    private static byte[] PngHeader(int width, int height)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        WriteChunk(file, "IHDR", header);
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(new byte[100_000]);
        WriteChunk(file, "IDAT", packed.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void WriteChunk(Stream file, string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data], number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        uint crc = 0xFFFFFFFF;
        foreach (byte value in body)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (crc % 2 == 0 ? 0 : 0xEDB88320);
        }

        BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
        file.Write(number);
    }
}
