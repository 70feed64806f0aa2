using LiftPlus.Data;

namespace LiftPlus;

public sealed partial class ImageDataset
{
    /// <summary>CIFAR-10: 50,000 training and 10,000 test images of 32x32 pixels, held in memory.</summary>
    /// <param name="place">
    /// The folder that holds the binary or the Python archive, unpacked or as it is, or the archive. <see cref="CifarDownload.FetchAsync(string, string, IProgress{DownloadProgress}?, CancellationToken)"/> puts one there.
    /// </param>
    /// <param name="train">True for the training images, false for the test images.</param>
    /// <exception cref="LiftPlusException">It is not there (the message says what to download), or damaged.</exception>
    public static ImageDataset FromCifar10(string place, bool train = true) => Cifar.Read("CIFAR-10", place, train, coarse: false);

    /// <summary>
    /// CIFAR-100: 50,000 training and 10,000 test images of 32x32 pixels, held in memory. With an imbalance ratio of 10, 50 or 100 the training
    /// images are exactly the published CIFAR-100-LT.
    /// </summary>
    /// <param name="place">As for <see cref="FromCifar10"/>.</param>
    /// <param name="train">True for the training images, false for the test images.</param>
    /// <param name="coarse">True for the 20 superclasses, false for the 100 classes.</param>
    /// <param name="imbalanceRatio">Largest class over smallest of an exponential long tail (<see cref="LongTailProfile"/>); null for all images. For training images only.</param>
    /// <exception cref="LiftPlusException">It is not there (the message says what to download), or damaged; or a long tail of the test images is wanted.</exception>
    public static ImageDataset FromCifar100(string place, bool train = true, bool coarse = false, double? imbalanceRatio = null)
    {
        if (imbalanceRatio is not null && !train)
            throw new LiftPlusException(
                $"An imbalance ratio of {imbalanceRatio} is given for CIFAR-100's test images; they stay balanced. Give it for training images only."
            );
        ImageDataset all = Cifar.Read("CIFAR-100", place, train, coarse);
        return imbalanceRatio is double ratio ? new LongTailProfile(ratio).Apply(all) : all;
    }

    /// <summary>ImageNet-LT (arXiv 1904.05160): 115,846 training images of 1,000 classes, 1,280 to 5 of each.</summary>
    /// <param name="images">The folder of ImageNet's <c>train</c> and <c>val</c> folders, each with a folder per class (<c>train/n01440764/...</c>).</param>
    /// <param name="split">Which list.</param>
    /// <param name="lists">
    /// The folder of the lists, <c>train.txt</c>, <c>val.txt</c>, <c>test.txt</c> or as they were published (<c>ImageNet_LT_train.txt</c>), and of
    /// <c>classnames.txt</c>; null for the folder of the images.
    /// </param>
    /// <exception cref="LiftPlusException">Lists or images are not there (the message says what to download and where to put it), or a list is damaged.</exception>
    public static ImageDataset FromImageNetLT(string images, DatasetSplit split, string? lists = null) =>
        PublishedLists.ImageNetLT.Read(images, split, lists);

    /// <summary>Places-LT (arXiv 1904.05160): 62,500 training images of 365 scenes, 4,980 to 5 of each.</summary>
    /// <param name="images">The folder of Places365's <c>train</c> and <c>val</c> folders, each with a folder per class.</param>
    /// <param name="split">Which list.</param>
    /// <param name="lists">As for <see cref="FromImageNetLT"/>, published as <c>Places_LT_train.txt</c>.</param>
    /// <exception cref="LiftPlusException">Lists or images are not there (the message says what to download and where to put it), or a list is damaged.</exception>
    public static ImageDataset FromPlacesLT(string images, DatasetSplit split, string? lists = null) =>
        PublishedLists.PlacesLT.Read(images, split, lists);

    /// <summary>iNaturalist 2018: 437,513 training images of 8,142 species, 1,000 to 2 of each; or of coarser classes.</summary>
    /// <param name="images">The folder of <c>train_val2018</c>.</param>
    /// <param name="split">Which list; the test labels are not public, so that testing takes the validation list, as the literature does.</param>
    /// <param name="level">What the classes are: species, or anything above in the taxonomy, in ordinal order of the names.</param>
    /// <param name="lists">The folder of <c>train.txt</c>, <c>val.txt</c> (or <c>iNaturalist18_train.txt</c>) and <c>categories.json</c>; null for the folder of the images.</param>
    /// <exception cref="LiftPlusException">Lists or images are not there (the message says what to download and where to put it), or a list or the taxonomy is damaged.</exception>
    public static ImageDataset FromINaturalist2018(
        string images,
        DatasetSplit split,
        TaxonomicLevel level = TaxonomicLevel.Species,
        string? lists = null
    ) =>
        Taxonomy.Regroup(
            PublishedLists.INaturalist2018.Read(images, split, lists),
            Path.Combine(lists ?? images, "categories.json"),
            level
        );
}
