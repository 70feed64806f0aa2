namespace LiftPlus.Data.Tests;

public sealed class PixelTests
{
    private static readonly TransformContext s_context = new(new TorchRandom(0), 0);

    [Theory]
    [InlineData(1, 1, 7, 5, ResizeFilter.Bicubic)]
    [InlineData(3, 2, 224, 224, ResizeFilter.Bicubic)]
    [InlineData(500, 375, 298, 224, ResizeFilter.Bicubic)]
    [InlineData(37, 91, 16, 16, ResizeFilter.Bicubic)]
    [InlineData(641, 9, 31, 33, ResizeFilter.Bicubic)]
    [InlineData(64, 64, 65, 63, ResizeFilter.Bicubic)]
    [InlineData(1000, 3, 8, 1, ResizeFilter.Bicubic)]
    [InlineData(1, 1, 7, 5, ResizeFilter.Bilinear)]
    [InlineData(3, 2, 224, 224, ResizeFilter.Bilinear)]
    [InlineData(500, 375, 224, 224, ResizeFilter.Bilinear)]
    [InlineData(641, 9, 31, 33, ResizeFilter.Bilinear)]
    [InlineData(1000, 3, 8, 1, ResizeFilter.Bilinear)]
    public unsafe void VectorAndPortableResizeAgree(int width, int height, int toWidth, int toHeight, ResizeFilter filter)
    {
        using RgbImage source = TestImages.Image(width, height, width),
            fast = source.Resize(toWidth, toHeight, filter);
        using ResampleTable columns = new(width, toWidth, 0, toWidth, filter),
            rows = new(height, toHeight, 0, toHeight, filter);
        using RgbImage between = RgbImage.Create(toWidth, height),
            slow = RgbImage.Create(toWidth, toHeight);
        fixed (
            byte* from = &source.Origin,
                mid = &between.Origin,
                to = &slow.Origin
        )
        {
            Resampler.HorizontalPortable(from, source.Stride, mid, between.Stride, height, columns);
            Resampler.VerticalPortable(mid, between.Stride, 0, to, rows);
        }

        Assert.Equal(slow.ToPacked(), fast.ToPacked());
    }

    [Theory]
    [InlineData(ResizeFilter.Bicubic)]
    [InlineData(ResizeFilter.Bilinear)]
    public void AWindowOfTheResizedImageIsThatPart(ResizeFilter filter)
    {
        using RgbImage source = TestImages.Image(300, 200),
            whole = source.Resize(131, 87, filter);
        var window = new PixelBox(17, 9, 64, 70);
        using RgbImage part = Resampler.Resize(source, 131, 87, window, filter),
            expected = whole.Crop(window);
        Assert.Equal(expected.ToPacked(), part.ToPacked());
    }

    [Fact]
    public void AFlatImageStaysFlat()
    {
        using RgbImage source = RgbImage.FromPixels([.. Enumerable.Repeat<byte[]>([9, 128, 255], 50 * 40).SelectMany(p => p)], 50, 40);
        foreach ((int width, int height) in new[] { (224, 224), (7, 9), (49, 41) })
        {
            using RgbImage resized = source.Resize(width, height);
            for (int y = 0; y < height; y++)
                Assert.All(resized.Row(y).ToArray(), pixel => Assert.Equal(new RgbPixel(9, 128, 255), pixel));
        }
    }

    [Fact]
    public void CropsShareAndOutliveTheImage()
    {
        RgbImage image = TestImages.Image(20, 10);
        RgbPixel expected = image.Row(3)[5];
        using RgbImage crop = image.Crop(new PixelBox(5, 3, 2, 2));
        image.Dispose();
        Assert.Equal(expected, crop.Row(0)[0]);
        Assert.Throws<ObjectDisposedException>(() => image.Row(0).Length);
        Assert.Throws<ObjectDisposedException>(image.Share);
    }

    [Theory]
    [InlineData(-1, 0, 2, 2)]
    [InlineData(0, 0, 0, 2)]
    [InlineData(19, 0, 2, 2)]
    [InlineData(0, 9, 2, int.MaxValue)]
    public void CropsOutsideAreRefused(int left, int top, int width, int height)
    {
        using RgbImage image = TestImages.Image(20, 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Crop(new PixelBox(left, top, width, height)));
    }

    [Fact]
    public void MinimalistCropWorksForOneEpochAndEverySize()
    {
        foreach ((int width, int height) in new[] { (1, 1), (1, 500), (500, 1), (7, 9), (333, 500) })
        {
            for (int index = 0; index < 50; index++)
            {
                var context = new TransformContext(new StreamRandom(1, 0, index), Schedule.Progress(0, 1));
                PixelBox box = new MinimalistCrop(32).ChooseBox(width, height, context);
                Assert.True(box.Width == box.Height && box.Width >= 1 && box.Left >= 0 && box.Top >= 0, $"{box}");
                Assert.True(box.Left + box.Width <= width && box.Top + box.Height <= height, $"{box} in {width}x{height}");
            }
        }
    }

    [Fact]
    public void MinimalistCropEndsAtTheLargestSquare()
    {
        var context = new TransformContext(new StreamRandom(1, 4, 0), Schedule.Progress(4, 5));
        Assert.Equal(100, new MinimalistCrop(32).ChooseBox(150, 100, context).Width);
    }

    [Fact]
    public void RandomResizedCropFallsBackOnThinImages()
    {
        PixelBox wide = new RandomResizedCrop(8).ChooseBox(1000, 3, s_context),
            high = new RandomResizedCrop(8).ChooseBox(3, 1000, s_context);
        Assert.Equal(new PixelBox(498, 0, 4, 3), wide);
        Assert.Equal(new PixelBox(0, 498, 3, 4), high);
    }

    [Fact]
    public void AUsersTransformEntersLikeTheBuiltInOnes()
    {
        var pipeline = new TransformPipeline(8, [new Negative(), .. TransformPipeline.Evaluation(8).Transforms]);
        using RgbImage white = RgbImage.FromPixels([.. Enumerable.Repeat((byte)255, 3 * 20 * 10)], 20, 10);
        using RgbImage view = Assert.Single(pipeline.Apply(white.Share(), s_context));
        Assert.Equal(new RgbPixel(0, 0, 0), view.Row(4)[4]);
    }

    [Theory]
    [InlineData(16, 2)]
    [InlineData(32, 3)]
    [InlineData(224, 24)]
    [InlineData(256, 27)]
    [InlineData(336, 36)]
    [InlineData(384, 41)]
    public void AnEnsembleEnlargesInProportionToTheInput(int input, int margin)
    {
        Assert.Equal(input + margin, Assert.IsType<Resize>(TransformPipeline.TestTimeEnsemble(input).Transforms[0]).ShortSide);
        Assert.Equal(input + 24, Assert.IsType<Resize>(TransformPipeline.TestTimeEnsemble(input, 24).Transforms[0]).ShortSide);
    }

    [Fact]
    public void APipelineThatEndsAtAnotherSizeSaysSo()
    {
        var pipeline = new TransformPipeline(224, new Resize(256));
        string message = Assert.Throws<LiftPlusException>(() => pipeline.Apply(TestImages.Image(30, 20), s_context)).Message;
        Assert.Contains("384x256", message);
        Assert.Contains("CenterCrop(224)", message);
    }

    [Fact]
    public void APipelineHasOneStepThatMakesViews() =>
        Assert.Contains(
            "FiveCrop, FiveCrop",
            Assert.Throws<LiftPlusException>(() => new TransformPipeline(8, new FiveCrop(16), new FiveCrop(8))).Message
        );

    [Fact]
    public void TenCropsAreFiveOfTheImageAndFiveOfItsMirrorImage()
    {
        using RgbImage image = TestImages.Image(21, 15),
            mirrored = HorizontalFlip.Mirror(image);
        var (five, ten) = (new FiveCrop(8), new TenCrop(8));
        Assert.Equal(10, new TransformPipeline(8, ten).Views);
        for (int view = 0; view < 10; view++)
        {
            using RgbImage expected = five.Apply(view < 5 ? image : mirrored, view % 5, s_context),
                got = ten.Apply(image, view, s_context);
            Assert.Equal(expected.ToPacked(), got.ToPacked());
        }
    }

    [Theory]
    [InlineData(PixelFormat.Rgb, new byte[] { 1, 2, 3 })]
    [InlineData(PixelFormat.Bgr, new byte[] { 3, 2, 1 })]
    [InlineData(PixelFormat.Rgba, new byte[] { 1, 2, 3, 255 })]
    [InlineData(PixelFormat.Bgra, new byte[] { 3, 2, 1, 255 })]
    public void FromPixelsReadsEveryFormatAlsoWithPaddedRows(PixelFormat format, byte[] pixel)
    {
        byte[] row = [.. pixel, .. pixel.Select(value => (byte)(value + 10))],
            expected = [1, 2, 3, 11, 12, 13, 1, 2, 3, 11, 12, 13];
        using RgbImage packed = RgbImage.FromPixels([.. row, .. row], 2, 2, format: format),
            padded = RgbImage.FromPixels([.. row, 99, 99, .. row], 2, 2, row.Length + 2, format);
        Assert.Equal(expected, packed.ToPacked());
        Assert.Equal(expected, padded.ToPacked());
        Assert.Throws<ArgumentException>(() => RgbImage.FromPixels(row, 2, 2, format: format));
        Assert.Throws<ArgumentException>(() => RgbImage.FromPixels([.. row, .. row, 0], 2, 2, format: format));
        Assert.Throws<ArgumentException>(() => RgbImage.FromPixels([.. row, .. row], 2, 2, row.Length - 1, format));
    }

    [Fact]
    public void ReducedDecodingHelpsAResizeToo()
    {
        var image = new LabeledImage(Path.GetTempFileName(), 0);
        try
        {
            File.WriteAllBytes(image.Name, TestImages.SmoothJpeg(400, 300));
            var decoder = new SizeRecorder(new SkiaImageDecoder(reducedScale: true));
            var pipeline = TransformPipeline.Evaluation(56); // to 64: a quarter will do
            using RgbImage reduced = Assert.Single(pipeline.Read(image, decoder, s_context)),
                full = Assert.Single(pipeline.Read(image, new SkiaImageDecoder(), s_context));
            Assert.Equal((100, 75), decoder.Seen);
            Assert.True(full.ToPacked().Zip(reduced.ToPacked(), (a, b) => Math.Abs(a - b)).Average() < 3);
        }
        finally
        {
            File.Delete(image.Name);
        }
    }

    [Fact]
    public void ACropThatDoesNotFitSaysWhatToDo() =>
        Assert.Contains(
            "Resize to at least 32",
            Assert.Throws<LiftPlusException>(() => new CenterCrop(32).ChooseBox(40, 31, s_context)).Message
        );

    [Fact]
    public void AThinImageIsNotBlownUpWithoutBound()
    {
        using RgbImage thread = RgbImage.Create(100_000, 1);
        Assert.Contains("100000x1", Assert.Throws<LiftPlusException>(() => new Resize(256).Apply(thread, s_context)).Message);
    }

    [Fact]
    public void NormalizerRefusesWrongNumbers()
    {
        Assert.Throws<LiftPlusException>(() => new PixelNormalizer([0, 0], [1, 1]));
        Assert.Throws<LiftPlusException>(() => new PixelNormalizer([0, 0, 0], [1, 0, 1]));
        Assert.Throws<LiftPlusException>(() => new PixelNormalizer([0, float.NaN, 0], [1, 1, 1]));
    }

    [Fact]
    public void RandomStreamsDifferBySeedEpochAndIndexAndNothingElse()
    {
        uint[] first =
        [
            .. new[] { (0L, 0, 0), (1L, 0, 0), (0L, 1, 0), (0L, 0, 1), (0L, 0, -1) }.Select(k =>
                new StreamRandom(k.Item1, k.Item2, k.Item3).NextWord()
            ),
        ];
        Assert.Equal(first.Length, first.Distinct().Count());
        Assert.Equal(first[0], new StreamRandom(0, 0, 0).NextWord());
    }

    private sealed class Negative : ImageTransform
    {
        public override RgbImage Apply(RgbImage image, TransformContext context)
        {
            RgbImage result = RgbImage.Create(image.Width, image.Height);
            for (int y = 0; y < image.Height; y++)
            {
                for (int x = 0; x < image.Width; x++)
                {
                    RgbPixel pixel = image.Row(y)[x];
                    result.Row(y)[x] = new RgbPixel((byte)(255 - pixel.R), (byte)(255 - pixel.G), (byte)(255 - pixel.B));
                }
            }

            return result;
        }
    }

    private sealed class SizeRecorder(IImageDecoder inner) : IImageDecoder
    {
        public (int Width, int Height) Seen { get; private set; }

        public RgbImage Decode(ReadOnlySpan<byte> encoded, string name) => inner.Decode(encoded, name);

        public RgbImage Decode(ReadOnlySpan<byte> encoded, string name, Func<ImageSize, PixelBox> choosePart, int? outputSize)
        {
            RgbImage image = inner.Decode(encoded, name, choosePart, outputSize);
            Seen = (image.Width, image.Height);
            return image;
        }
    }
}
