using LiftPlus.Samples.Shapes;

namespace LiftPlus.Experiments.ClassChanges;

/// <summary>Divides ShapesLT into 56 classes that a model is trained on and 8 that come later.</summary>
internal sealed class ClassWorld
{
    private const int NewClassCount = 8;
    private const int FirstNewImage = 1000; // the images of the training set have smaller numbers

    private readonly ShapesLT _shapes;
    private readonly ImageDataset _train,
        _test;

    public ClassWorld(int seed)
    {
        _shapes = new ShapesLT(seed);
        // Every eighth class by the number of training images, so that the old classes keep the long tail.
        string[] ranked = [.. _shapes.Classes.Names.OrderByDescending(name => _shapes.Classes.Counts[_shapes.Classes.Names.IndexOf(name)])];
        NewNames = [.. ranked.Where((_, rank) => rank % NewClassCount == NewClassCount / 2)];
        OldNames = [.. _shapes.Classes.Names.Except(NewNames)];
        _train = _shapes.Load(Split.Train);
        _test = _shapes.Load(Split.Test);
    }

    public IReadOnlyList<string> OldNames { get; }

    public IReadOnlyList<string> NewNames { get; }

    /// <summary>Returns the training images of the old classes.</summary>
    public ImageDataset OldImages() => Part(_train, OldNames);

    /// <summary>Returns the test images of some classes.</summary>
    public ImageDataset TestImages(IReadOnlyList<string> names) => Part(_test, names);

    /// <summary>Returns the training images of the old classes and some of each new class, which comes last.</summary>
    public ImageDataset AllImages(int imagesPerNewClass) =>
        OldImages()
            .Concat(
                ImageDataset.From(
                    NewNames.SelectMany(name => NewImages(name, imagesPerNewClass).Select(image => (name, image))),
                    row => row.name,
                    row => row.image,
                    NewNames
                )
            );

    /// <summary>Returns images of a new class: with a larger number the same ones and more.</summary>
    public IReadOnlyList<ImageSource> NewImages(string name, int count) =>
        [
            .. Enumerable
                .Range(FirstNewImage, count)
                .Select(index => ImageSource.FromBytes(_shapes.Draw(Split.Train, _shapes.Classes.Names.IndexOf(name), index).ToPng())),
        ];

    private static ImageDataset Part(ImageDataset images, IReadOnlyList<string> names) =>
        ImageDataset.From(
            from image in images.Images
            let name = images.ClassNames[image.Label]
            where names.Contains(name)
            select (name, image.Source),
            row => row.name,
            row => row.Source,
            names
        );
}
