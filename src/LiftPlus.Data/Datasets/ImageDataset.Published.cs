using LiftPlus.Data;

namespace LiftPlus;

public sealed partial class ImageDataset
{
    /// <summary>Reads CIFAR-10 into memory: 50,000 training and 10,000 test images of 32x32 pixels.</summary>
    /// <param name="place">
    /// The binary or the Python archive, or the folder that holds it, packed or unpacked. <see cref="CifarDownload"/> downloads it.
    /// </param>
    /// <param name="train">True for the training images, false for the test images.</param>
    /// <exception cref="LiftPlusException">The dataset is missing (the message says what to download), or damaged.</exception>
    public static ImageDataset FromCifar10(string place, bool train = true) => new(Cifar.Read("CIFAR-10", place, train, coarse: false));

    /// <summary>
    /// Reads CIFAR-100 into memory: 50,000 training and 10,000 test images of 32x32 pixels. With an imbalance ratio of 10, 50 or 100 the
    /// training images are exactly the published CIFAR-100-LT.
    /// </summary>
    /// <param name="place">As for <see cref="FromCifar10"/>.</param>
    /// <param name="train">True for the training images, false for the test images.</param>
    /// <param name="coarse">True for the 20 superclasses, false for the 100 classes.</param>
    /// <param name="imbalanceRatio">
    /// The largest class's count over the smallest's, for an exponential long tail (<see cref="LongTailProfile"/>) of the training images;
    /// null for all images.
    /// </param>
    /// <exception cref="LiftPlusException">
    /// The dataset is missing (the message says what to download) or damaged, or a ratio is given for the test images.
    /// </exception>
    public static ImageDataset FromCifar100(string place, bool train = true, bool coarse = false, double? imbalanceRatio = null)
    {
        if (imbalanceRatio is not null && !train)
            throw new LiftPlusException(
                $"An imbalance ratio of {imbalanceRatio} is given for CIFAR-100's test images; they stay balanced. "
                    + "Give it for training images only."
            );
        var all = new ImageDataset(Cifar.Read("CIFAR-100", place, train, coarse));
        return imbalanceRatio is double ratio ? new LongTailProfile(ratio).Apply(all) : all;
    }

    /// <summary>Reads ImageNet-LT (arXiv 1904.05160): 115,846 training images of 1,000 classes, 1,280 to 5 of each.</summary>
    /// <param name="images">
    /// The folder of ImageNet's <c>train</c> and <c>val</c> folders, each with a folder per class (<c>train/n01440764/...</c>).
    /// </param>
    /// <param name="split">The list.</param>
    /// <param name="lists">
    /// The folder of the lists, named <c>train.txt</c>, <c>val.txt</c>, <c>test.txt</c> or as published (<c>ImageNet_LT_train.txt</c>), and
    /// of <c>classnames.txt</c>; null for the folder of the images.
    /// </param>
    /// <exception cref="LiftPlusException">
    /// Lists or images are missing (the message says what to download and where to put it), or a list is damaged.
    /// </exception>
    public static ImageDataset FromImageNetLT(string images, DatasetSplit split, string? lists = null) =>
        new(PublishedLists.ImageNetLT.Read(images, split, lists));

    /// <summary>Reads Places-LT (arXiv 1904.05160): 62,500 training images of 365 scenes, 4,980 to 5 of each.</summary>
    /// <param name="images">The folder of Places365's <c>train</c> and <c>val</c> folders, each with a folder per class.</param>
    /// <param name="split">The list.</param>
    /// <param name="lists">As for <see cref="FromImageNetLT"/>, published as <c>Places_LT_train.txt</c>.</param>
    /// <exception cref="LiftPlusException">
    /// Lists or images are missing (the message says what to download and where to put it), or a list is damaged.
    /// </exception>
    public static ImageDataset FromPlacesLT(string images, DatasetSplit split, string? lists = null) =>
        new(PublishedLists.PlacesLT.Read(images, split, lists));

    /// <summary>Reads iNaturalist 2018: 437,513 training images of 8,142 species, 1,000 to 2 of each; or of coarser classes.</summary>
    /// <param name="images">The folder of <c>train_val2018</c>.</param>
    /// <param name="split">The list. The test labels are not public, so testing uses the validation list, as the literature does.</param>
    /// <param name="level">
    /// The level of the taxonomy that the classes are: species, or a coarser one, in ordinal order of the names.
    /// </param>
    /// <param name="lists">
    /// The folder of <c>train.txt</c>, <c>val.txt</c> (or <c>iNaturalist18_train.txt</c>) and <c>categories.json</c>; null for the folder
    /// of the images.
    /// </param>
    /// <exception cref="LiftPlusException">
    /// Lists or images are missing (the message says what to download and where to put it), or a list or the taxonomy is damaged.
    /// </exception>
    public static ImageDataset FromINaturalist2018(
        string images,
        DatasetSplit split,
        TaxonomicLevel level = TaxonomicLevel.Species,
        string? lists = null
    ) =>
        new(
            Taxonomy.Regroup(
                PublishedLists.INaturalist2018.Read(images, split, lists),
                Path.Combine(lists ?? images, "categories.json"),
                level
            )
        );
}
