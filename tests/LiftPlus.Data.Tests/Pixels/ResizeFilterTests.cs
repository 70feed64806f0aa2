namespace LiftPlus.Data.Tests;

/// <summary>Both filters give Pillow's bytes, and pipelines resize as a model asks.</summary>
public sealed class ResizeFilterTests
{
    private static readonly TransformContext s_context = new(new TorchRandom(0), 0);

    private static readonly ImageResizing s_squash = new(Squash: true, ResizeFilter.Bilinear);

    // What Pillow 9.4 makes of the images of Pattern: smaller, larger on one side, and much smaller on one side.
    [Theory]
    [InlineData(
        11,
        7,
        4,
        4,
        ResizeFilter.Bilinear,
        "562B60918D7D6A9380703B9773586D6E73778979706568787E897A70876A768D708B999272A5887A7E8675837D6BB48C"
    )]
    [InlineData(
        11,
        7,
        4,
        4,
        ResizeFilter.Bicubic,
        "52225F9A947F62998072329A72586C6B74768D796F6368737F8A776F8869768E6D8E9A9371AA8C7A7C8776817D6ABA8E"
    )]
    [InlineData(
        3,
        5,
        6,
        4,
        ResizeFilter.Bilinear,
        "170702200A1B33114E451E805831B3613BCC8129108A2C299D335C94408E7253C1605DDA564B305F4E4972557C69"
            + "6289477571357F65556D645E707D7177B08384A29697559FA12E"
    )]
    [InlineData(
        40,
        9,
        5,
        5,
        ResizeFilter.Bilinear,
        "756C777B64897E7F82818F77858577756D717C7A7F7F907C837785837C7B778B74798E897D918C8165808480787890867A98807D7182807D7D837F7F818586"
            + "777C7B7B64737F898280698D"
    )]
    [InlineData(
        40,
        9,
        5,
        5,
        ResizeFilter.Bicubic,
        "746C767A608C7E7F81819676878377756D707B7A7E7E947B827387847B7A778C717A908A7E968E815D80848276769287799B7F7D6D82807E7C84827F838486"
            + "757B7C7B5F6E7E8C83806690"
    )]
    public void ResizedBytesArePillows(int width, int height, int toWidth, int toHeight, ResizeFilter filter, string expected)
    {
        using RgbImage image = Pattern(width, height),
            resized = image.Resize(toWidth, toHeight, filter);
        Assert.Equal(expected, Convert.ToHexString(resized.ToPacked()));
    }

    [Fact]
    public void TheUsualResizeIsBicubic()
    {
        using RgbImage image = Pattern(11, 7),
            usual = image.Resize(4, 4),
            bicubic = image.Resize(4, 4, ResizeFilter.Bicubic);
        Assert.Equal(bicubic.ToPacked(), usual.ToPacked());
    }

    // Nothing is cut: the first and the last column of the squashed image come from those of the image.
    [Fact]
    public void ASquashedImageIsSeenWhole()
    {
        TransformPipeline pipeline = TransformPipeline.Evaluation(16, expand: null, s_squash);
        using RgbImage image = Pattern(61, 24),
            expected = image.Resize(16, 16, ResizeFilter.Bilinear);
        using RgbImage seen = Assert.Single(pipeline.Apply(image.Share(), s_context));
        Assert.Equal(expected.ToPacked(), seen.ToPacked());
    }

    [Fact]
    public void AMarginOfTheCallersIsCutFromALargerSquare()
    {
        TransformPipeline pipeline = TransformPipeline.Evaluation(16, expand: 4, s_squash);
        using RgbImage image = Pattern(61, 24),
            larger = image.Resize(20, 20, ResizeFilter.Bilinear),
            expected = larger.Crop(new PixelBox(2, 2, 16, 16));
        using RgbImage seen = Assert.Single(pipeline.Apply(image.Share(), s_context));
        Assert.Equal(expected.ToPacked(), seen.ToPacked());
    }

    [Fact]
    public void AnEnsembleTakesTheCornersOfALargerSquare()
    {
        TransformPipeline pipeline = TransformPipeline.TestTimeEnsemble(32, expand: null, mirror: false, s_squash);
        using RgbImage image = Pattern(61, 40),
            larger = image.Resize(35, 35, ResizeFilter.Bilinear); // a margin of 3, as published in proportion
        RgbImage[] views = pipeline.Apply(image.Share(), s_context);
        using RgbImage corner = larger.Crop(new PixelBox(3, 3, 32, 32));
        Assert.Equal(5, views.Length);
        Assert.Equal(corner.ToPacked(), views[3].ToPacked());
        foreach (RgbImage view in views)
            view.Dispose();
    }

    [Fact]
    public void AugmentationsHaveTheFilterOfTheModel()
    {
        AugmentationOptions[] random = [new ClassicAugmentationOptions(), new MinimalistAugmentationOptions()];
        foreach (AugmentationOptions options in random)
        {
            byte[] bilinear = Augmented(options.CreatePipeline(16, s_squash)),
                bicubic = Augmented(options.CreatePipeline(16));
            Assert.NotEqual(bicubic, bilinear);
            Assert.Equal(bicubic, Augmented(options.CreatePipeline(16, default)));
        }

        using RgbImage image = Pattern(61, 24),
            squashed = image.Resize(16, 16, ResizeFilter.Bilinear);
        Assert.Equal(squashed.ToPacked(), Augmented(new NoAugmentationOptions().CreatePipeline(16, s_squash)));
    }

    // A decoder that reduces gives at least the target on both sides.
    [Theory]
    [InlineData(400, 120)]
    [InlineData(120, 400)]
    public void AReducedImageIsSquashedToAboutTheSame(int width, int height)
    {
        byte[] bytes = TestImages.SmoothJpeg(width, height);
        TransformPipeline pipeline = TransformPipeline.Evaluation(24, expand: null, s_squash);
        using RgbImage full = Assert.Single(pipeline.Decode(bytes, "full", new SkiaImageDecoder(), s_context)),
            reduced = Assert.Single(pipeline.Decode(bytes, "reduced", new SkiaImageDecoder(reducedScale: true), s_context));
        double difference = full.ToPacked().Zip(reduced.ToPacked(), (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(difference, 1e-9, 3); // 0 if the decoder did not reduce
    }

    private static byte[] Augmented(TransformPipeline pipeline)
    {
        using RgbImage view = Assert.Single(pipeline.Apply(Pattern(61, 24), new TransformContext(new TorchRandom(3), 0)));
        return view.ToPacked();
    }

    private static RgbImage Pattern(int width, int height)
    {
        RgbImage image = RgbImage.Create(width, height);
        for (int y = 0; y < height; y++)
        {
            Span<RgbPixel> row = image.Row(y);
            for (int x = 0; x < width; x++)
                row[x] = new RgbPixel((byte)(x * 37 + y * 91), (byte)(x * x * 13 + y * 29), (byte)(x * 101 + y * y * 7));
        }

        return image;
    }
}
