using System.Collections;
using System.Collections.Immutable;

namespace LiftPlus.Data;

/// <summary>An immutable list of labelled pictures with its class names and counts. Nothing is opened before a loader asks for it.</summary>
public sealed partial class ImageDataset : IReadOnlyList<LabeledImage>
{
    /// <summary>A data set of any pictures.</summary>
    /// <param name="images">The pictures, in the order that their indices follow.</param>
    /// <param name="classNames">One name for each label, in label order.</param>
    /// <exception cref="LiftPlusException">There is no picture, or a label has no name.</exception>
    public ImageDataset(IEnumerable<LabeledImage> images, IReadOnlyList<string> classNames)
    {
        Images = [.. images];
        if (Images.IsEmpty)
            throw new LiftPlusException("The data set has no picture.");
        Classes = ClassDistribution.FromLabels(classNames, Images.Select(image => image.Label));
    }

    /// <summary>The pictures in index order.</summary>
    public ImmutableArray<LabeledImage> Images { get; }

    /// <summary>Class names with the number of pictures of each.</summary>
    public ClassDistribution Classes { get; }

    /// <summary>Class names in label order.</summary>
    public IReadOnlyList<string> ClassNames => Classes.Names;

    /// <inheritdoc/>
    public int Count => Images.Length;

    /// <inheritdoc/>
    public LabeledImage this[int index] => Images[index];

    /// <summary>
    /// Reads a folder that holds one folder of pictures for each class (jpg, jpeg, png, webp, bmp, gif; deeper folders belong to the class).
    /// Hidden folders and other files are passed over.
    /// </summary>
    /// <param name="root">The folder of the class folders.</param>
    /// <param name="classNames">
    /// Null: the folders' names in ordinal order are the classes. Else the classes of another data set (the training set's), so that labels
    /// agree: each folder must be one of them ('_' equals ' '); a class without a folder has no picture here.
    /// </param>
    /// <exception cref="LiftPlusException">The folder is missing or holds no class folder, a class folder is empty, or a folder is no known class.</exception>
    public static ImageDataset FromFolder(string root, IReadOnlyList<string>? classNames = null) => ImageFolder.Read(root, classNames);

    /// <summary>Reads a list of <c>relative/path label</c> lines; the label is the last word, so paths may hold spaces. Blank lines are passed over.</summary>
    /// <param name="listFile">The list, UTF-8.</param>
    /// <param name="root">The folder that paths are relative to; null for the list's own folder.</param>
    /// <param name="classNames">One name for each label; null names the classes by their numbers. <see cref="ReadClassNames"/> reads a file of names.</param>
    /// <exception cref="LiftPlusException">The list is missing or empty, a line is bad (each is named by its number), or a label has no name.</exception>
    public static ImageDataset FromManifest(string listFile, string? root = null, IReadOnlyList<string>? classNames = null) =>
        ImageManifest.Read(listFile, root, classNames);

    /// <summary>Reads class names, one a line, in label order. Blank lines at the end are passed over.</summary>
    /// <exception cref="LiftPlusException">The file is missing or empty, or a name in it is blank.</exception>
    public static IReadOnlyList<string> ReadClassNames(string file) => ImageManifest.ReadClassNames(file);

    /// <summary>A data set of pictures in memory. It shares their pixels and holds them for as long as it lives; the caller may dispose its own.</summary>
    /// <param name="images">Pictures and labels.</param>
    /// <param name="classNames">One name for each label.</param>
    public static ImageDataset FromImages(IEnumerable<(RgbImage Image, int Label)> images, IReadOnlyList<string> classNames) =>
        new(images.Select((item, index) =>
        {
            RgbImage held = item.Image.Share();
            return new LabeledImage($"picture {index} in memory", item.Label) { Load = held.Share };
        }), classNames);

    /// <inheritdoc/>
    public IEnumerator<LabeledImage> GetEnumerator() => ((IEnumerable<LabeledImage>)Images).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
