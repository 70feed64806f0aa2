using LiftPlus.Data;

namespace LiftPlus.Inference;

/// <summary>Prepares images as a backbone takes them: resized, cropped and normalized.</summary>
internal sealed class TensorPreparer(
    TransformPipeline transform,
    PixelNormalizer normalizer,
    IImageDecoder decoder,
    int batchSize,
    int workers
) : ImagePreparer(batchSize, workers)
{
    private readonly ImageReader _reader = new(transform, normalizer, decoder);

    public override PreparedImage Draw(Func<int, float> level)
    {
        var image = new PreparedImage("test image");
        Span<float> numbers = image.RentNumbers(_reader.Shape);
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = 2 * level(i) - 1; // -1 to 1, as normalized pixels
        return image;
    }

    protected override void Write(ImageSource source, ImageLimits limits, PreparedImage to) =>
        _reader.Write(source, NoRandomness, to.RentNumbers(_reader.Shape), limits);
}
