namespace LiftPlus.Data;

/// <summary>Holds the images of one file: planes of red, green and blue, at equal distances in an array.</summary>
internal sealed class CifarPart(string path, byte[] bytes, int start, int stride, int[] labels)
{
    public IEnumerable<LabeledImage> Images =>
        labels.Select((label, i) => new LabeledImage(ImageSource.FromPixels(() => Image(start + i * stride), $"{path}, image {i}"), label));

    private RgbImage Image(int at)
    {
        RgbImage image = RgbImage.Create(Cifar.Side, Cifar.Side);
        const int plane = Cifar.Side * Cifar.Side;
        for (int y = 0; y < Cifar.Side; y++)
        {
            Span<RgbPixel> row = image.Row(y);
            for (int x = 0; x < row.Length; x++, at++)
                row[x] = new RgbPixel(bytes[at], bytes[at + plane], bytes[at + 2 * plane]);
        }

        return image;
    }
}
