using System.Collections;
using System.Collections.Immutable;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>An immutable list of labelled images with its class names and counts. Nothing is opened before a loader asks for it.</summary>
public sealed partial class ImageDataset : IReadOnlyList<LabeledImage>
{
    /// <summary>A dataset of any images.</summary>
    /// <param name="images">The images, in the order that their indices follow.</param>
    /// <param name="classNames">One name for each label, in label order.</param>
    /// <exception cref="LiftPlusException">There is no image, or a label has no name.</exception>
    public ImageDataset(IEnumerable<LabeledImage> images, IReadOnlyList<string> classNames)
    {
        Images = [.. images];
        if (Images.IsEmpty)
            throw new LiftPlusException("The dataset has no image.");
        Classes = ClassDistribution.FromLabels(classNames, Images.Select(image => image.Label));
    }

    /// <summary>The images in index order.</summary>
    public ImmutableArray<LabeledImage> Images { get; }

    /// <summary>Class names with the number of images of each.</summary>
    public ClassDistribution Classes { get; }

    /// <summary>Class names in label order.</summary>
    public IReadOnlyList<string> ClassNames => Classes.Names;

    /// <inheritdoc/>
    public int Count => Images.Length;

    /// <inheritdoc/>
    public LabeledImage this[int index] => Images[index];

    /// <summary>
    /// Reads a folder that holds one folder of images for each class (jpg, jpeg, png, webp, bmp, gif; deeper folders belong to the class).
    /// Hidden folders and other files are passed over.
    /// </summary>
    /// <param name="root">The folder of the class folders.</param>
    /// <param name="classNames">
    /// Null: the folders' names in ordinal order are the classes. Else the classes of another dataset (the training set's), so that labels
    /// agree: each folder must be one of them ('_' equals ' '); a class without a folder has no image here.
    /// </param>
    /// <exception cref="LiftPlusException">The folder is missing or holds no class folder, a class folder is empty, or a folder is no known class.</exception>
    public static ImageDataset FromFolder(string root, IReadOnlyList<string>? classNames = null) => ImageFolder.Read(root, classNames);

    /// <summary>
    /// Reads a list of <c>relative/path label</c> lines. Label and path are parted by the line's last space, tab or comma, so paths may hold them
    /// too. Labels are all numbers or all class names. Blank lines are passed over.
    /// </summary>
    /// <param name="listFile">The list, UTF-8.</param>
    /// <param name="root">The folder that paths are relative to; null for the list's own folder.</param>
    /// <param name="classNames">
    /// One name for each label; labels that are names may then hold spaces and commas ('_' equals ' '). Null: numbers name themselves; names are
    /// the classes in ordinal order, and hold spaces only behind a tab or comma that every line has. <see cref="ReadClassNames"/> reads a file of names.
    /// </param>
    /// <exception cref="LiftPlusException">The list is missing or empty, a line is bad (each is named by its number), or a label has no name.</exception>
    public static ImageDataset FromList(string listFile, string? root = null, IReadOnlyList<string>? classNames = null) =>
        ImageList.Read(listFile, root, classNames);

    /// <summary>Reads a table with a header line, as spreadsheets write it: fields may be quoted.</summary>
    /// <param name="file">The table, UTF-8.</param>
    /// <param name="pathColumn">The name of the column of paths, in any case.</param>
    /// <param name="labelColumn">The name of the column of labels: all numbers or all class names.</param>
    /// <param name="root">The folder that paths are relative to; null for the table's own folder.</param>
    /// <param name="classNames">As for <see cref="FromList"/>.</param>
    /// <param name="separator">What parts the columns; ',' unless given.</param>
    /// <exception cref="LiftPlusException">The table is missing or empty, lacks a column, a line is bad (each is named by its number), or a label has no name.</exception>
    public static ImageDataset FromCsv(
        string file,
        string pathColumn = "path",
        string labelColumn = "label",
        string? root = null,
        IReadOnlyList<string>? classNames = null,
        char separator = ','
    ) => ImageCsv.Read(file, pathColumn, labelColumn, root, classNames, separator);

    /// <summary>
    /// Reads class names in label order: one a line (blank lines at the end are passed over), a json list, a json object of labels and names, or
    /// the names of a folder's folders.
    /// </summary>
    /// <param name="place">The file or folder.</param>
    /// <exception cref="LiftPlusException">It is missing or empty, or a name is blank.</exception>
    public static IReadOnlyList<string> ReadClassNames(string place) => Data.ClassNames.Read(place);

    /// <summary>Reads other names for classes, for <see cref="WithClassNames"/>: <c>n01440764 tench</c> lines (a tab or comma does too) or a json object.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="LiftPlusException">It is missing or empty, or a line is bad.</exception>
    public static IReadOnlyDictionary<string, string> ReadClassNameMap(string file) => Data.ClassNames.ReadMap(file);

    /// <summary>
    /// Reads images in tar files, where they lie, without unpacking. A label is in the file of the same name that ends in .cls or .json
    /// (<c>"cls"</c>, <c>"label"</c>, <c>"class"</c> or <c>"class_name"</c>), as WebDataset writes shards; where no image has one, the image's folder is its class.
    /// </summary>
    /// <param name="place">A tar file, a folder of them, or a pattern such as <c>shards/train-*.tar</c>; several are read in ordinal order.</param>
    /// <param name="classNames">As for <see cref="FromList"/>.</param>
    /// <exception cref="LiftPlusException">There is no tar file or it is damaged or compressed, or an image has no label (each is named).</exception>
    public static ImageDataset FromTar(string place, IReadOnlyList<string>? classNames = null) =>
        TarShards.Read(TarShards.Find(place), classNames);

    /// <summary>A dataset of images in memory. It shares their pixels and holds them for as long as it lives; the caller may dispose its own.</summary>
    /// <param name="images">Images and labels.</param>
    /// <param name="classNames">One name for each label.</param>
    public static ImageDataset FromImages(IEnumerable<(RgbImage Image, int Label)> images, IReadOnlyList<string> classNames) =>
        new(
            images.Select(
                (item, index) =>
                {
                    RgbImage held = item.Image.Share();
                    return new LabeledImage($"image {index} in memory", item.Label) { Load = held.Share };
                }
            ),
            classNames
        );

    /// <inheritdoc/>
    public IEnumerator<LabeledImage> GetEnumerator() => ((IEnumerable<LabeledImage>)Images).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
