using System.Text.Json;
using LiftPlus.Fuzz.Doors;
using LiftPlus.TestSupport;
using SkiaSharp;

namespace LiftPlus.Data.Tests;

/// <summary>
/// What every decoder does: a new one is tested by being listed. Grey levels that pixels may differ by are the decoder's own row.
/// </summary>
public sealed class DecoderContractTests : IDisposable
{
    private static readonly IReadOnlyDictionary<string, DecoderCase> s_decoders = DecoderCase.All;

    private static readonly JsonElement s_formats = ReadFormats();

    private readonly TestImages _images = new();

    public static TheoryData<string> Decoders => [.. s_decoders.Keys];

    public static TheoryData<string> ReducingDecoders => [.. s_decoders.Keys.Where(name => s_decoders[name].HasReducedScale)];

    public static TheoryData<string, string> Formats
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (string decoder in s_decoders.Keys)
            {
                foreach (JsonProperty format in s_formats.EnumerateObject())
                    rows.Add(decoder, format.Name);
            }

            return rows;
        }
    }

    public void Dispose() => _images.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void ReadsEveryFormatAsPillowConvertsItToRgb(string decoder, string format)
    {
        JsonElement row = s_formats.GetProperty(format);
        DecoderCase @case = s_decoders[decoder];
        using RgbImage image = @case.Create().Decode(row.GetProperty("file").GetBytesFromBase64(), format);
        Assert.Equal((row.GetProperty("width").GetInt32(), row.GetProperty("height").GetInt32()), (image.Width, image.Height));
        Assert.Equal(
            new ImageSize(image.Width, image.Height),
            @case.Create().Measure(row.GetProperty("file").GetBytesFromBase64(), format)
        );
        byte[] expected = row.GetProperty("rgb").GetBytesFromBase64(),
            got = image.ToPacked();
        int allowed = @case.Most(format);
        // Pillow clips 16-bit grey at 255, which leaves hardly more than white; here it is scaled like 16-bit color.
        if (format == "grey-16-bit.png")
            expected =
            [
                .. s_formats
                    .GetProperty("rgb-16-bit.png")
                    .GetProperty("rgb")
                    .GetBytesFromBase64()
                    .Chunk(3)
                    .SelectMany(pixel => new[] { pixel[0], pixel[0], pixel[0] }),
            ];
        for (int i = 0; i < expected.Length; i++)
        {
            bool transparent = format == "transparent.gif" && got[i / 3 * 3] == 0 && got[i / 3 * 3 + 1] == 0 && got[i / 3 * 3 + 2] == 0;
            if (!transparent) // black here, the palette's colour in Pillow
                Assert.True(Math.Abs(expected[i] - got[i]) <= allowed, $"{format}: value {i} is {got[i]}, Pillow has {expected[i]}");
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void APartIsWhatTheWholeHasThere(string decoder, string format)
    {
        byte[] file = s_formats.GetProperty(format).GetProperty("file").GetBytesFromBase64();
        IImageDecoder tested = s_decoders[decoder].Create();
        using RgbImage whole = tested.Decode(file, format);
        foreach (
            PixelBox box in new PixelBox[] { new(0, 0, 1, 1), new(3, 2, 9, 7), new(0, 5, 20, 9), new(19, 13, 1, 1), new(0, 0, 20, 14) }
        )
        {
            using RgbImage expected = whole.Crop(box),
                part = tested.Decode(file, format, _ => box, null);
            Assert.Equal(expected.ToPacked(), part.ToPacked());
        }
    }

    // A decoder that fills in what is missing would train on it.
    [Theory]
    [MemberData(nameof(Formats))]
    public void AFileThatIsCutOffFails_UnlessItsPixelsAreComplete(string decoder, string format)
    {
        CutOff(s_decoders[decoder].Create(), s_formats.GetProperty(format).GetProperty("file").GetBytesFromBase64());
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void SoDoesABitmapOfRuns(string decoder) => CutOff(s_decoders[decoder].Create(), ImageSeeds.Bmp(hasRuns: true));

    [Theory]
    [MemberData(nameof(Decoders))]
    public void ReadsFilesStreamsAndBytesAlike_WhateverTheExtension(string decoder)
    {
        IImageDecoder tested = s_decoders[decoder].Create();
        foreach (SKEncodedImageFormat format in new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp, SKEncodedImageFormat.Jpeg })
        {
            byte[] bytes = TestImages.Encode(37, 21, 1, format);
            string path = _images.Write("wrong.extension.txt", bytes);
            using RgbImage fromFile = tested.Decode(path),
                fromStream = tested.DecodeStream(new MemoryStream(bytes), "stream"),
                fromBytes = tested.Decode(bytes, "bytes");
            Assert.Equal((37, 21), (fromFile.Width, fromFile.Height));
            Assert.Equal(fromFile.ToPacked(), fromStream.ToPacked());
            Assert.Equal(fromFile.ToPacked(), fromBytes.ToPacked());
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void ADecoderNamesTheEndingsOfWhatItReads(string decoder)
    {
        IReadOnlyCollection<string> endings = s_decoders[decoder].Create().FileExtensions;
        Assert.Empty(new[] { ".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".png", ".webp", ".bmp", ".gif" }.Except(endings));
        Assert.Equal(decoder == "ImageSharp", endings.Contains(".tiff"));
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void MissingEmptyAndForeignFilesAreNamed(string decoder)
    {
        AssertFails(decoder, _images.PathOf("gone/1.jpg"), "the file does not exist");
        AssertFails(decoder, _images.Write("empty.jpg", []), "the file is empty");
        AssertFails(decoder, _images.WriteText("page.jpg", "<html><body>"), "are not those of a known format", "web page");
        Directory.CreateDirectory(_images.PathOf("a.jpg"));
        AssertFails(decoder, _images.PathOf("a.jpg"));
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void FilesCutOffAnywhereAreNamed_AlsoForAPartAboveTheCut(string decoder)
    {
        var top = new PixelBox(0, 0, 50, 10);
        foreach (string name in new[] { "cut.jpg", "cut.png" })
        {
            byte[] bytes = File.ReadAllBytes(_images.WriteImage(name, 200, 150));
            for (int part = 1; part < 20; part++)
            {
                string path = _images.Write(name, bytes[..(bytes.Length * part / 20)]);
                AssertFails(decoder, path);
                ImageDecodeException failure = Assert.Throws<ImageDecodeException>(() =>
                    s_decoders[decoder].Create().Decode(path, _ => top)
                );
                Assert.Contains(path, failure.Message);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void RandomDamageNeverEscapesAsAnotherFailure(string decoder)
    {
        var random = new Random(5);
        IImageDecoder tested = s_decoders[decoder].Create(1_000_000);
        foreach (SKEncodedImageFormat format in new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp })
        {
            byte[] good = TestImages.Encode(64, 48, 2, format);
            for (int turn = 0; turn < 300; turn++)
            {
                byte[] bad = [.. good];
                for (int hit = 0; hit < 1 + turn % 8; hit++)
                    bad[random.Next(bad.Length)] = (byte)random.Next(256);
                try
                {
                    tested.Decode(bad, "damaged").Dispose();
                }
                catch (ImageDecodeException e)
                {
                    Assert.Equal("damaged", e.Name);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void HugeSizesAreRefusedFromTheHeader(string decoder)
    {
        string path = _images.Write("huge.png", TestImages.PngHeader(30_000, 30_000));
        IImageDecoder tested = s_decoders[decoder].Create();
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertFails(decoder, path, "30000x30000", "100,000,000");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);

        string small = _images.WriteImage("p.png", 40, 30);
        s_decoders[decoder].Create(1200).Decode(small).Dispose();
        Assert.Contains("40x30", Assert.Throws<ImageDecodeException>(() => s_decoders[decoder].Create(1199).Decode(small)).Message);
    }

    [Theory]
    [MemberData(nameof(ReducingDecoders))]
    public void ReducedDecodingLooksTheSame(string decoder)
    {
        byte[] bytes = TestImages.SmoothJpeg(400, 300);
        foreach ((int outputSize, int factor) in new[] { (16, 8), (60, 4), (125, 2), (126, 1), (200, 1) })
        {
            const int boxSize = 250;
            var box = new PixelBox(101, 37, boxSize, boxSize);
            using RgbImage full = s_decoders[decoder].Create().Decode(bytes, "full", _ => box, outputSize),
                reduced = s_decoders[decoder].Create(reduced: true).Decode(bytes, "reduced", _ => box, outputSize);
            Assert.InRange(reduced.Width, boxSize / factor - 1, boxSize / factor + 1);
            using RgbImage expected = full.Resize(outputSize, outputSize),
                got = reduced.Resize(outputSize, outputSize);
            double difference = expected.ToPacked().Zip(got.ToPacked(), (a, b) => Math.Abs(a - b)).Average();
            Assert.True(difference < 3, $"{difference} grey levels at 1/{factor}");
        }
    }

    // A sound list of chunks whose packed rows end early.
    [Theory]
    [MemberData(nameof(Decoders))]
    public void APngWithoutItsLastRowsIsDamaged(string decoder)
    {
        IImageDecoder tested = s_decoders[decoder].Create();
        foreach (bool isInterlaced in new[] { false, true })
        {
            byte[] file = ImageSeeds.Png(8, 2, isInterlaced);
            tested.Decode(file, "whole").Dispose();
            byte[] taller = [.. file];
            taller[23]++; // the height in the header
            Assert.Throws<ImageDecodeException>(() => tested.Decode(ImageSeeds.FixSums(taller), "taller"));
        }
    }

    private static void CutOff(IImageDecoder tested, byte[] file)
    {
        using RgbImage whole = tested.Decode(file, "whole");
        byte[] expected = whole.ToPacked();
        int failed = 0;
        for (int length = 0; length < file.Length; length += 1 + file.Length / 97)
        {
            try
            {
                using RgbImage image = tested.Decode(file.AsSpan(0, length), "cut off");
                Assert.Equal(expected, image.ToPacked());
            }
            catch (ImageDecodeException e)
            {
                Assert.Equal("cut off", e.Name);
                failed++;
            }
        }

        Assert.True(failed > 10, $"{failed} lengths");
    }

    private static JsonElement ReadFormats()
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllBytes(Repository.PathOf("tests", "LiftPlus.Data.Tests", "PillowFormats.json"))
        );
        return document.RootElement.Clone();
    }

    private static void AssertFails(string decoder, string path, params string[] words)
    {
        ImageDecodeException failure = Assert.Throws<ImageDecodeException>(() => s_decoders[decoder].Create().Decode(path));
        Assert.Equal(path, failure.Name);
        Assert.All([path, .. words], word => Assert.Contains(word, failure.Message));
    }
}
