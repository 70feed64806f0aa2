using LiftPlus.Data;
using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.Pretraining;

/// <summary>The pictures of the pre-training world, drawn once into memory, and batches of them with fresh captions.</summary>
internal sealed class World
{
    private readonly CaptionedPicture[][] _pictures; // [thing][index]

    public World(int seed, Split split, int picturesPerThing, int pictureSize)
    {
        _pictures = new CaptionedPicture[Words.AllThings.Count][];
        Parallel.For(0, _pictures.Length, thing =>
            _pictures[thing] = [
                .. Enumerable.Range(0, picturesPerThing).Select(index => CaptionedPictures.Draw(seed, split, thing, index, pictureSize)),
            ]
        );
    }

    /// <summary>A batch of different things: each pass over the things is a new permutation, cut into batches.</summary>
    public IEnumerable<(CaptionedPicture Picture, string Caption)[]> Batches(int seed, int batchSize)
    {
        Dice dice = new(seed, 77);
        int[] order = [.. Enumerable.Range(0, _pictures.Length)];
        while (true)
        {
            dice.Shuffle(order);
            for (int start = 0; start + batchSize <= order.Length; start += batchSize)
            {
                (CaptionedPicture, string)[] batch = new (CaptionedPicture, string)[batchSize];
                for (int i = 0; i < batchSize; i++)
                {
                    CaptionedPicture picture = dice.Pick(_pictures[order[start + i]]);
                    batch[i] = (picture, CaptionedPictures.Caption(picture, ref dice));
                }

                yield return batch;
            }
        }
    }

    /// <summary>Every picture with the number of its thing, as a data set.</summary>
    public ImageDataset ToDataset()
    {
        return ImageDataset.FromImages(Images(), [.. Words.AllThings.Select(thing => thing.Name)]);

        IEnumerable<(RgbImage, int)> Images()
        {
            foreach ((int thing, CaptionedPicture[] row) in _pictures.Index())
            {
                foreach (CaptionedPicture picture in row)
                {
                    using RgbImage image = picture.Picture.ToImage();
                    yield return (image, thing);
                }
            }
        }
    }
}
