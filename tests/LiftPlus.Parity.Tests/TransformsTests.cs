using System.Security.Cryptography;
using System.Text.Json;
using LiftPlus.Data;
using LiftPlus.TestSupport;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares pixels with golden/transforms: every 8-bit value is exact.</summary>
public sealed class TransformsTests
{
    private const int ReferenceExpand = 24; // the reference's, at every size

    private static readonly JsonElement s_facts = GoldenFolder.Json("transforms", "transforms.json");
    private static readonly GoldenFile s_tensors = GoldenFolder.Tensors("transforms", "transforms.safetensors");
    private static readonly int s_size = s_facts.GetProperty("resolution").GetInt32();
    private static readonly SkiaImageDecoder s_decoder = new();

    public static TheoryData<string> Images => [.. s_facts.GetProperty("images").EnumerateObject().Select(image => image.Name)];

    public static TheoryData<string> Crops => [.. s_facts.GetProperty("rectangles").EnumerateObject().Select(crop => crop.Name)];

    public static TheoryData<string> RandomCases => [.. s_facts.GetProperty("random").EnumerateObject().Select(item => item.Name)];

    public static TheoryData<string> BigPipelines => [.. s_facts.GetProperty("big").EnumerateObject().Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Images))]
    public void DecodesAndResizesForTesting(string name)
    {
        using RgbImage image = Open(name);
        JsonElement size = s_facts.GetProperty("images").GetProperty(name).GetProperty("size");
        Assert.Equal((size[0].GetInt32(), size[1].GetInt32()), (image.Width, image.Height));
        if (s_tensors.Contains($"{name}.decoded_rgb"))
            Assert.Equal(s_tensors[$"{name}.decoded_rgb"].Values<byte>(), Planar(image));

        GoldenTensor resized = s_tensors[$"{name}.tte_resized.u8"];
        using RgbImage short36 = image.Resize((int)resized.Shape[2], (int)resized.Shape[1]);
        Assert.Equal(resized.Values<byte>(), Planar(short36));

        int ensembleExpand = (int)Math.Min(resized.Shape[1], resized.Shape[2]) - s_size;
        AssertViews(TransformPipeline.Evaluation(s_size, 0), image, s_tensors[$"{name}.plain.u8"]);
        AssertViews(TransformPipeline.Evaluation(s_size), image, s_tensors[$"{name}.test.u8"]);
        AssertViews(TransformPipeline.TestTimeEnsemble(s_size, ensembleExpand), image, s_tensors[$"{name}.tte.u8"]);
    }

    [Theory]
    [MemberData(nameof(Crops))]
    public void CropsAndResizes(string name)
    {
        using RgbImage image = Open(name[..name.IndexOf('.')]);
        int[] box = Integers(s_facts.GetProperty("rectangles").GetProperty(name));
        GoldenTensor expected = s_tensors[$"{name}.u8"];
        using RgbImage part = image.Crop(new PixelBox(box[1], box[0], box[3], box[2]));
        using RgbImage resized = part.Resize((int)expected.Shape[2], (int)expected.Shape[1]);
        Assert.Equal(expected.Values<byte>(), Planar(resized));
    }

    [Fact]
    public void Flips()
    {
        string[] names = [.. s_tensors.Names.Where(name => name.EndsWith(".hflip.u8", StringComparison.Ordinal))];
        Assert.NotEmpty(names);
        foreach (string name in names)
        {
            using RgbImage image = Open(name[..name.IndexOf('.')]);
            using RgbImage part = image.Crop(new PixelBox(0, 0, (int)s_tensors[name].Shape[2], (int)s_tensors[name].Shape[1]));
            using RgbImage flipped = new HorizontalFlip(1).Apply(part, new TransformContext(new TorchRandom(0), 0));
            Assert.Equal(s_tensors[name].Values<byte>(), Planar(flipped));
        }
    }

    [Theory]
    [MemberData(nameof(RandomCases))]
    public void TrainsOnTheReferencesCropsFromItsSeed(string name)
    {
        string first = s_facts.GetProperty("images").EnumerateObject().First().Name;
        int seed = int.Parse(name[(name.LastIndexOf("seed", StringComparison.Ordinal) + 4)..]);
        bool minimalist = name.StartsWith("train_mda", StringComparison.Ordinal);
        using RgbImage image = Open(first);

        CropTransform crop = minimalist ? new MinimalistCrop(s_size) : new RandomResizedCrop(s_size);
        PixelBox box = crop.ChooseBox(image.Width, image.Height, new TransformContext(new TorchRandom(seed), 0));
        int[] expected = Integers(s_facts.GetProperty("random").GetProperty(name).GetProperty("top_left_height_width"));
        Assert.Equal(expected, new[] { box.Top, box.Left, box.Height, box.Width });

        AugmentationOptions augmentation = minimalist ? new MinimalistAugmentationOptions() : new ClassicAugmentationOptions();
        TransformPipeline pipeline = augmentation.CreatePipeline(s_size);
        AssertViews(pipeline, image, s_tensors[$"{first}.{name}.u8"], seed);
    }

    [Theory]
    [InlineData("test.normalized", "test.u8")]
    [InlineData("tte.normalized_crop0", "tte.u8")]
    public void Normalises(string normalized, string pixels)
    {
        string first = s_facts.GetProperty("images").EnumerateObject().First().Name;
        GoldenTensor expected = s_tensors[$"{first}.{normalized}"];
        var normalizer = new PixelNormalizer(Floats("mean"), Floats("std"));
        using RgbImage image = FromPlanar(
            s_tensors[$"{first}.{pixels}"].Values<byte>()[..expected.Count],
            (int)expected.Shape[2],
            (int)expected.Shape[1]
        );
        float[] got = new float[expected.Count];
        float[] want = expected.Floats();
        normalizer.Write(image, got);
        for (int i = 0; i < got.Length; i++)
            Assert.True(Math.Abs(got[i] - want[i]) <= 1e-5 * Math.Abs(want[i]) + 1e-6, $"[{i}] {got[i]} instead of {want[i]}");
    }

    [Theory]
    [MemberData(nameof(BigPipelines))]
    public void MakesTheSamePixelsAtFullSize(string name)
    {
        string file = Directory.GetFiles(GoldenFolder.PathOf("transforms"), "big_*.png").Single();
        using RgbImage image = s_decoder.Decode(file);
        JsonElement facts = s_facts.GetProperty("big").GetProperty(name);
        int[] size = Integers(facts.GetProperty("resized_size"));
        JsonElement[] crops = [.. facts.GetProperty("crops").EnumerateArray()];
        int input = crops[0].GetProperty("size")[0].GetInt32();
        int expand = Math.Min(size[0], size[1]) - input;

        GoldenTensor rows = s_tensors[$"big.{name}.resized_every_8th_row"];
        using RgbImage resized = image.Resize(size[0], size[1]);
        byte[] packed = resized.ToPacked();
        int rowBytes = 3 * size[0];
        for (int row = 0; row < rows.Shape[0]; row++)
            Assert.Equal(rows.Values<byte>().Slice(row * rowBytes, rowBytes), packed.AsSpan(8 * row * rowBytes, rowBytes));

        TransformPipeline pipeline =
            crops.Length == 1 ? TransformPipeline.Evaluation(input, expand) : TransformPipeline.TestTimeEnsemble(input, expand);
        RgbImage[] views = pipeline.Apply(image.Share(), new TransformContext(new TorchRandom(0), 0));
        Assert.Equal(crops.Length, views.Length);
        for (int v = 0; v < views.Length; v++)
        {
            Assert.Equal(
                crops[v].GetProperty("sha256_rgb_rowmajor").GetString(),
                Convert.ToHexStringLower(SHA256.HashData(views[v].ToPacked()))
            );
            views[v].Dispose();
        }
    }

    [Fact]
    public void PlacesCropsAsTheReferenceDoes()
    {
        foreach (JsonElement row in s_facts.GetProperty("geometry").EnumerateArray())
        {
            int width = row[0].GetInt32();
            int height = row[1].GetInt32();
            int input = int.Parse(string.Concat(row[2].GetString()!.Where(char.IsDigit)));
            int[] resized = [row[3].GetInt32(), row[4].GetInt32()];
            TransformPipeline pipeline = row[2].GetString()!.StartsWith("tte", StringComparison.Ordinal)
                ? TransformPipeline.TestTimeEnsemble(input, ReferenceExpand)
                : TransformPipeline.Evaluation(input, row[2].GetString()!.StartsWith("plain", StringComparison.Ordinal) ? 0 : null);
            using RgbImage positions = Positions(resized[0], resized[1]);
            using RgbImage whole = RgbImage.Create(width, height);
            using RgbImage scaled = pipeline.Transforms[0].Apply(whole.Share(), new TransformContext(new TorchRandom(0), 0));
            Assert.Equal(resized, new[] { scaled.Width, scaled.Height });

            JsonElement[] offsets = [.. row[5].EnumerateArray()];
            Assert.Equal(pipeline.Views, offsets.Length);
            for (int v = 0; v < offsets.Length; v++)
            {
                TransformContext context = new(new TorchRandom(0), 0);
                using RgbImage view = pipeline.Transforms[1] is MultiViewTransform five
                    ? five.Apply(positions, v, context)
                    : pipeline.Transforms[1].Apply(positions, context);
                RgbPixel corner = view.Row(0)[0];
                Assert.Equal(Integers(offsets[v]), new[] { corner.R + 256 * (corner.B / 16), corner.G + 256 * (corner.B % 16) });
            }
        }
    }

    // The reference adds 24 pixels for an ensemble at every size; LiftPlus does so at the published size and scales it elsewhere.
    [Fact]
    public void ExpandsByDefaultAsTheReferenceDoes()
    {
        foreach (JsonProperty row in s_facts.GetProperty("default_expand").EnumerateObject())
        {
            int input = int.Parse(row.Name);
            Assert.Equal(ReferenceExpand, row.Value.GetProperty("tte").GetInt32());
            Assert.Equal(
                input + row.Value.GetProperty("no_tte").GetInt32(),
                Assert.IsType<Resize>(TransformPipeline.Evaluation(input).Transforms[0]).ShortSide
            );
            Assert.Equal(
                input + ReferenceExpand,
                Assert.IsType<Resize>(TransformPipeline.TestTimeEnsemble(input, ReferenceExpand).Transforms[0]).ShortSide
            );
        }

        Assert.Equal(224 + ReferenceExpand, Assert.IsType<Resize>(TransformPipeline.TestTimeEnsemble(224).Transforms[0]).ShortSide);
    }

    private static void AssertViews(TransformPipeline pipeline, RgbImage image, GoldenTensor expected, int seed = 0)
    {
        RgbImage[] views = pipeline.Apply(image.Share(), new TransformContext(new TorchRandom(seed), 0));
        byte[] got = [.. views.SelectMany(Planar)];
        Array.ForEach(views, view => view.Dispose());
        Assert.Equal(expected.Values<byte>(), got);
    }

    private static RgbImage Open(string name) => s_decoder.Decode(GoldenFolder.PathOf("transforms", name + ".png"));

    private static byte[] Planar(RgbImage image)
    {
        byte[] packed = image.ToPacked();
        int area = packed.Length / 3;
        return [.. Enumerable.Range(0, packed.Length).Select(i => packed[i % area * 3 + i / area])];
    }

    private static RgbImage FromPlanar(ReadOnlySpan<byte> planes, int width, int height)
    {
        byte[] copy = planes.ToArray();
        int area = width * height;
        return RgbImage.FromPixels([.. Enumerable.Range(0, copy.Length).Select(i => copy[i % 3 * area + i / 3])], width, height);
    }

    // Creates an image whose pixels encode their position.
    private static RgbImage Positions(int width, int height)
    {
        RgbImage image = RgbImage.Create(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                image.Row(y)[x] = new RgbPixel((byte)x, (byte)y, (byte)(x / 256 * 16 + y / 256));
        }

        return image;
    }

    private static int[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetInt32())];

    private static float[] Floats(string name) => [.. s_facts.GetProperty(name).EnumerateArray().Select(item => item.GetSingle())];
}
