using LiftPlus.Samples.Shapes;

namespace LiftPlus.Experiments.Decisions;

/// <summary>Divides ShapesLT into 56 classes that a model is trained on and 8 that it never sees, and draws fresh images of both.</summary>
internal sealed class ShapesPool
{
    private const int HeldOutClasses = 8;

    private readonly ShapesLT _shapes;

    /// <param name="seed">The seed of all images. It does not change the classes.</param>
    public ShapesPool(int seed = 0)
    {
        _shapes = new ShapesLT(seed);
        // Every eighth class by the number of training images, so that the others keep the long tail.
        string[] ranked = [.. _shapes.Classes.Names.OrderByDescending(name => _shapes.Classes.Counts[_shapes.Classes.Names.IndexOf(name)])];
        HeldOut = [.. ranked.Where((_, rank) => rank % HeldOutClasses == HeldOutClasses / 2)];
        Names = [.. _shapes.Classes.Names.Except(HeldOut)];
    }

    /// <summary>Gets the classes of the model.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets the classes that it never sees.</summary>
    public IReadOnlyList<string> HeldOut { get; }

    /// <summary>Returns the long-tailed training images, or at most so many of each class.</summary>
    public ImageDataset Train(int most = int.MaxValue) => Draw(Names, Split.Train, label => Math.Min(most, _shapes.Classes.Counts[label]));

    /// <summary>Returns as many images of each class, which the model is not trained on.</summary>
    public ImageDataset Fresh(int imagesPerClass) => Draw(Names, Split.Test, _ => imagesPerClass);

    /// <summary>Returns images of the classes that the model never sees.</summary>
    public IReadOnlyList<ImageSource> Unknown(int imagesPerClass) =>
        [.. Draw(HeldOut, Split.Test, _ => imagesPerClass).Select(image => image.Source)];

    /// <summary>Returns images of the model's classes, each with the pixels that its thing covers.</summary>
    /// <param name="imagesPerClass">The number of images of each class.</param>
    /// <param name="isMoved">
    /// Whether the thing, which is near the middle, moves to one of the four corners. What leaves the image enters it at the other side.
    /// </param>
    public IReadOnlyList<(ImageSource Image, bool[] Mask)> Masked(int imagesPerClass, bool isMoved = false) =>
        [
            .. from name in Names
            let label = _shapes.Classes.Names.IndexOf(name)
            from index in Enumerable.Range(0, imagesPerClass)
            select isMoved
                ? Moved(_shapes.Draw(Split.Test, label, index), _shapes.Mask(Split.Test, label, index), index)
                : (
                    ImageSource.FromBytes(_shapes.Draw(Split.Test, label, index).ToPng(), $"{name} {index}"),
                    _shapes.Mask(Split.Test, label, index)
                ),
        ];

    private static (ImageSource Image, bool[] Mask) Moved(DrawnImage image, bool[] mask, int corner)
    {
        int side = image.Size,
            right = corner % 2 == 0 ? side / 4 : side - side / 4,
            down = corner / 2 % 2 == 0 ? side / 4 : side - side / 4;
        byte[] pixels = new byte[image.Pixels.Length];
        bool[] moved = new bool[mask.Length];
        for (int i = 0; i < mask.Length; i++)
        {
            int to = (i / side + down) % side * side + (i % side + right) % side;
            moved[to] = mask[i];
            image.Pixels.AsSpan(3 * i, 3).CopyTo(pixels.AsSpan(3 * to));
        }

        return (ImageSource.FromBytes(new DrawnImage(side, pixels).ToPng(), "moved"), moved);
    }

    private ImageDataset Draw(IReadOnlyList<string> names, Split split, Func<int, int> count) =>
        ImageDataset.From(
            from name in names
            let label = _shapes.Classes.Names.IndexOf(name)
            from index in Enumerable.Range(0, count(label))
            select (name, Source: ImageSource.FromBytes(_shapes.Draw(split, label, index).ToPng(), $"{name} {index}")),
            row => row.name,
            row => row.Source,
            names
        );
}
