using System.Collections;
using System.Collections.Immutable;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Represents an immutable list of labeled images with its class names and counts. No image is opened until a loader needs it.
/// </summary>
public sealed partial class ImageDataset : IReadOnlyList<LabeledImage>
{
    /// <summary>Creates a dataset of any images: files, encoded bytes or pixels.</summary>
    /// <param name="images">The images, in the order that their indices follow.</param>
    /// <param name="classNames">One name for each label, in label order.</param>
    /// <exception cref="LiftPlusException">
    /// The list of images is empty, a label has no name, a name is null or blank, or an image is a stream, which can be
    /// read only once.
    /// </exception>
    public ImageDataset(IEnumerable<LabeledImage> images, IReadOnlyList<string> classNames)
        : this(images, classNames, []) { }

    private ImageDataset(ImageListing listing)
        : this(listing.Images, listing.ClassNames, listing.Remarks) { }

    private ImageDataset(IEnumerable<LabeledImage> images, IReadOnlyList<string> classNames, ImmutableArray<string> remarks)
    {
        Remarks = remarks;
        Images = [.. images];
        if (Images.IsEmpty)
            throw new LiftPlusException("The dataset has no image.");
        if (Images.FirstOrDefault(image => !image.Source.IsRepeatable) is LabeledImage stream)
            throw new LiftPlusException($"The image '{stream.Name}' is a stream, which can be read only once; give the dataset its bytes.");
        Classes = ClassDistribution.FromLabels(classNames, Images.Select(image => image.Label));
    }

    /// <summary>Gets the images in index order.</summary>
    public ImmutableArray<LabeledImage> Images { get; }

    /// <summary>Gets the class names, with the number of images of each.</summary>
    public ClassDistribution Classes { get; }

    /// <summary>Gets the class names in label order.</summary>
    public IReadOnlyList<string> ClassNames => Classes.Names;

    /// <summary>
    /// Gets what reading the source passed over, counted and named, and what looks wrong: files with endings that the decoder does not
    /// read, links that lead out of the folder, class folders that hold only folders. Training logs it. Parts of a dataset keep it.
    /// </summary>
    public ImmutableArray<string> Remarks { get; }

    /// <inheritdoc/>
    public int Count => Images.Length;

    /// <inheritdoc/>
    public LabeledImage this[int index] => Images[index];

    /// <inheritdoc/>
    public IEnumerator<LabeledImage> GetEnumerator() => ((IEnumerable<LabeledImage>)Images).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Returns the indices of each class's images, ascending.</summary>
    internal List<int>[] IndicesByClass()
    {
        List<int>[] indices = [.. Classes.Counts.Select(count => new List<int>(count))];
        for (int i = 0; i < Count; i++)
            indices[this[i].Label].Add(i);
        return indices;
    }
}
