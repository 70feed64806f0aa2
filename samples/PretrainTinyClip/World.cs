using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.Pretraining;

/// <summary>Holds the images of the pre-training world in memory and makes batches of them with new captions.</summary>
internal sealed class World
{
    private readonly CaptionedImage[][] _images; // [thing][index]

    /// <param name="seed">The seed of the images.</param>
    /// <param name="split">The part of the world; its images differ from those of every other part.</param>
    /// <param name="imagesPerThing">The number of images of each thing.</param>
    /// <param name="imageSize">The side of an image in pixels.</param>
    /// <param name="taskStyle">The share of the images, 0 to 1, that are drawn in the style of ShapesLT.</param>
    public World(int seed, Split split, int imagesPerThing, int imageSize, double taskStyle)
    {
        int inTaskStyle = (int)Math.Round(imagesPerThing * taskStyle);
        _images = new CaptionedImage[Words.AllThings.Count][];
        Parallel.For(0, _images.Length, thing =>
            _images[thing] = [
                .. Enumerable
                    .Range(0, imagesPerThing)
                    .Select(index =>
                        index < inTaskStyle
                            ? CaptionedImages.DrawInTaskStyle(seed, split, thing, index, imageSize)
                            : CaptionedImages.Draw(seed, split, thing, index, imageSize)
                    ),
            ]
        );
    }

    /// <summary>Yields batches of different things: each pass over the things is a new permutation, cut into batches.</summary>
    public IEnumerable<(CaptionedImage Image, string Caption)[]> Batches(int seed, int batchSize)
    {
        Dice dice = new(seed, 77);
        int[] order = [.. Enumerable.Range(0, _images.Length)];
        while (true)
        {
            dice.Shuffle(order);
            for (int start = 0; start + batchSize <= order.Length; start += batchSize)
            {
                (CaptionedImage, string)[] batch = new (CaptionedImage, string)[batchSize];
                for (int i = 0; i < batchSize; i++)
                {
                    CaptionedImage image = dice.Pick(_images[order[start + i]]);
                    batch[i] = (image, CaptionedImages.Caption(image, ref dice));
                }

                yield return batch;
            }
        }
    }

    /// <summary>Returns every image, labelled with the number of its thing.</summary>
    public ImageDataset ToDataset()
    {
        return ImageDataset.FromImages(Images(), [.. Words.AllThings.Select(thing => thing.Name)]);

        IEnumerable<(RgbImage, int)> Images()
        {
            foreach ((int thing, CaptionedImage[] row) in _images.Index())
            {
                foreach (CaptionedImage captioned in row)
                {
                    using RgbImage image = captioned.Image.ToImage();
                    yield return (image, thing);
                }
            }
        }
    }
}
