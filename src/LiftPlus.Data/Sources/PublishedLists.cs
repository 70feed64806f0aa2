namespace LiftPlus.Data;

/// <summary>Reads a dataset that is published as lists of images, which its user downloads.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Prefix">The start of the lists' names as first published.</param>
/// <param name="Images">The images to download, and the folders that they belong in.</param>
/// <param name="HasTestList">False if the validation list is used for testing.</param>
internal sealed record PublishedLists(string Name, string Prefix, string Images, bool HasTestList = true)
{
    private const string Lists = "the authors' lists are at https://github.com/shijxcs/LIFT-plus, folder datasets";

    public static readonly PublishedLists ImageNetLT = new(
        "ImageNet-LT",
        "ImageNet_LT_",
        "the ILSVRC2012 training and validation images from https://image-net.org (free, with an account), "
            + "unpacked to train/<class>/ and sorted to val/<class>/"
    );

    public static readonly PublishedLists PlacesLT = new(
        "Places-LT",
        "Places_LT_",
        "the small images of Places365-Standard, easy directory structure, from http://places2.csail.mit.edu/download.html, "
            + "unpacked to train/<class>/ and val/<class>/"
    );

    public static readonly PublishedLists INaturalist2018 = new(
        "iNaturalist 2018",
        "iNaturalist18_",
        "train_val2018.tar.gz (120 GB) and categories.json from https://github.com/visipedia/inat_comp/tree/master/2018, "
            + "unpacked to train_val2018/<group>/<species>/",
        HasTestList: false
    );

    /// <summary>Reads the list of a split, after checking that lists and images exist.</summary>
    public ImageListing Read(string images, DatasetSplit split, string? lists)
    {
        lists ??= images;
        string name = split switch
        {
            DatasetSplit.Train => "train.txt",
            DatasetSplit.Test when HasTestList => "test.txt",
            DatasetSplit.Test or DatasetSplit.Validation => "val.txt",
            _ => throw new ArgumentOutOfRangeException(nameof(split), split, null),
        };
        string? list = new[] { name, Prefix + name }.Select(file => Path.Combine(lists, file)).FirstOrDefault(File.Exists);
        if (list is null)
            throw Missing(images, lists, $"'{Path.Combine(lists, name)}' does not exist");

        string names = Path.Combine(lists, "classnames.txt");
        if (!Directory.Exists(images))
            throw Missing(images, lists, $"the folder '{images}' does not exist");
        ImageListing listing = ImageList.Read(list, images, File.Exists(names) ? Data.ClassNames.Read(names) : null, new());
        string first = Path.GetRelativePath(images, listing.Images[0].Name)
            .Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar)[0];
        return Directory.Exists(Path.Combine(images, first))
            ? listing
            : throw Missing(images, lists, $"'{list}' refers to images in '{Path.Combine(images, first)}', which does not exist");
    }

    private LiftPlusException Missing(string images, string lists, string found) =>
        new(
            $"{Name} is incomplete: {found}. Download {Images} in '{images}'; "
                + $"and put train.txt, val.txt{(HasTestList ? ", test.txt" : "")} and classnames.txt into '{lists}' ({Lists})."
        );
}
