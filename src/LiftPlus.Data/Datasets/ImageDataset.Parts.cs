using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Texts;

namespace LiftPlus;

public sealed partial class ImageDataset
{
    /// <summary>Returns some of the images, with the same classes.</summary>
    /// <param name="indices">The images' indices in this dataset, in the wanted order.</param>
    /// <exception cref="LiftPlusException">The list of indices is empty, or an index is outside the dataset.</exception>
    public ImageDataset Subset(IEnumerable<int> indices) =>
        new(
            indices.Select(index =>
                (uint)index < (uint)Count
                    ? this[index]
                    : throw new LiftPlusException($"Index {index} is outside the dataset, which has {Count} images: 0 to {Count - 1}.")
            ),
            ClassNames,
            Remarks
        );

    /// <summary>Returns the images that satisfy a condition, with the same classes.</summary>
    /// <param name="predicate">The condition.</param>
    /// <exception cref="LiftPlusException">No image satisfies the condition.</exception>
    public ImageDataset Where(Func<LabeledImage, bool> predicate) => new(Enumerable.Where(this, predicate), ClassNames, Remarks);

    /// <summary>
    /// Returns this dataset's images followed by another's. Classes with the same name are one class; classes that only the other dataset
    /// has come last.
    /// </summary>
    /// <param name="other">The other dataset.</param>
    /// <exception cref="LiftPlusException">The class names differ, and two classes of a dataset have the same name.</exception>
    public ImageDataset Concat(ImageDataset other)
    {
        ImmutableArray<string> remarks = [.. Remarks.Union(other.Remarks)];
        if (ClassName.AreSame(ClassNames, other.ClassNames))
            return new ImageDataset(Enumerable.Concat(this, other), ClassNames, remarks);
        ClassName.Labels(ClassNames, "this dataset");
        ClassName.Labels(other.ClassNames, "the other dataset");
        string[] names = [.. ClassNames.UnionBy(other.ClassNames, ClassName.Key)];
        Dictionary<string, int> labels = ClassName.Labels(names, "both datasets");
        int[] labelOf = [.. other.ClassNames.Select(name => labels[ClassName.Key(name)])];
        IEnumerable<LabeledImage> added = other.Select(image => image with { Label = labelOf[image.Label] });
        return new ImageDataset(Enumerable.Concat(this, added), names, remarks);
    }

    /// <summary>Moves every class's images to a class with another name. Classes that get the same name become one.</summary>
    /// <param name="newName">
    /// Returns the new name for a class's name, such as its family for a species. New classes are in the order of the first old class of
    /// each.
    /// </param>
    public ImageDataset Relabel(Func<string, string> newName)
    {
        string[] moved = [.. ClassNames.Select(newName)],
            names = [.. moved.DistinctBy(ClassName.Key)];
        Dictionary<string, int> labels = ClassName.Labels(names, "the new names");
        int[] labelOf = Array.ConvertAll(moved, name => labels[ClassName.Key(name)]);
        return new ImageDataset(this.Select(image => image with { Label = labelOf[image.Label] }), names, Remarks);
    }

    /// <summary>Returns the same images with other class names, for example names that a text tower knows.</summary>
    /// <param name="names">Old names and new names; classes that are not listed keep theirs.</param>
    /// <exception cref="LiftPlusException">
    /// An old name is not a class of this dataset, or two classes get the same name; <see cref="Relabel"/> merges classes.
    /// </exception>
    public ImageDataset WithClassNames(IReadOnlyDictionary<string, string> names)
    {
        HashSet<string> known = [.. ClassNames.Select(ClassName.Key)];
        if (names.Keys.FirstOrDefault(name => !known.Contains(ClassName.Key(name))) is string unknown)
            throw new LiftPlusException(
                $"'{unknown}' is not among the {ClassNames.Count} classes, so it cannot be renamed; check its spelling."
            );
        ClassName.Labels([.. names.Keys], "the map");
        Dictionary<string, string> byKey = names.ToDictionary(entry => ClassName.Key(entry.Key), entry => entry.Value);
        string[] renamed = [.. ClassNames.Select(name => byKey.GetValueOrDefault(ClassName.Key(name), name))];
        var owners = new Dictionary<string, string>();
        foreach ((string old, string name) in ClassNames.Zip(renamed))
        {
            if (!owners.TryAdd(ClassName.Key(name), old) && ClassName.Key(owners[ClassName.Key(name)]) != ClassName.Key(old))
                throw new LiftPlusException(
                    $"The classes '{owners[ClassName.Key(name)]}' and '{old}' would both be named '{name}'. "
                        + $"Give them different names, or merge them with {nameof(Relabel)}."
                );
        }

        return new ImageDataset(Images, renamed, Remarks);
    }

    /// <summary>
    /// Splits off the same share of every class for validation. A class's share is rounded to the nearest count, but a class always keeps
    /// one training image.
    /// </summary>
    /// <param name="share">The share to hold out, above 0 and below 1.</param>
    /// <param name="seed">The seed of the draw. Other seeds give other splits, to average over.</param>
    /// <param name="minimumPerClass">
    /// The least number of images to hold out of a class, so that small classes are validated too; a class with fewer images than that
    /// gives all but one.
    /// </param>
    /// <param name="group">
    /// Returns the group of an image, such as a patient or a burst of photographs. The images of a group stay together; shares are then met
    /// as well as the groups allow. Null: every image is independent.
    /// </param>
    /// <returns>Both parts, each in this dataset's order and with all of its classes.</returns>
    /// <exception cref="LiftPlusException">A parameter is out of range, or no image would be held out.</exception>
    public (ImageDataset Train, ImageDataset HeldOut) HoldOut(
        double share,
        int seed = 0,
        int minimumPerClass = 0,
        Func<LabeledImage, string>? group = null
    )
    {
        if (share is not (> 0 and < 1))
            throw new LiftPlusException($"The share to hold out is {share}; it must be above 0 and below 1.");
        if (minimumPerClass < 0)
            throw new LiftPlusException($"The minimum to hold out of a class is {minimumPerClass}; it must be 0 or more.");
        IReadOnlySet<int> held = new StratifiedSplit(this, seed, group).HoldOut(share, minimumPerClass);
        return held.Count > 0
            ? Split(held)
            : throw new LiftPlusException(
                $"A share of {share} holds out no image: the largest of {ClassNames.Count} classes has {Classes.Counts.Max()}"
                    + $"{(group is null ? "" : ", and groups stay together")}. Choose a larger share."
            );
    }

    /// <summary>
    /// Splits the dataset k times for cross-validation: an image is held out in one of the splits. An image without which its class would
    /// have no training image is never held out.
    /// </summary>
    /// <param name="k">The number of splits, at least 2.</param>
    /// <param name="seed">The seed of the draw.</param>
    /// <param name="group">As for <see cref="HoldOut"/>.</param>
    /// <returns>The splits; each part is in this dataset's order and has all of its classes.</returns>
    /// <exception cref="LiftPlusException">There are too few images or groups for <paramref name="k"/> splits.</exception>
    public IReadOnlyList<(ImageDataset Train, ImageDataset HeldOut)> KFold(int k, int seed = 0, Func<LabeledImage, string>? group = null)
    {
        if (k < 2 || k > Count)
            throw new LiftPlusException($"{k} splits of {Count} images are not possible; choose 2 to {Count}.");
        IReadOnlyList<IReadOnlySet<int>> parts = new StratifiedSplit(this, seed, group).Fold(k);
        int empty = parts.Count(part => part.Count == 0);
        return empty == 0
            ? [.. parts.Select(Split)]
            : throw new LiftPlusException(
                $"{empty} of {k} splits would hold out no image, because a class always keeps a training image"
                    + $"{(group is null ? "" : " and groups stay together")}. Choose fewer splits."
            );
    }

    private (ImageDataset, ImageDataset) Split(IReadOnlySet<int> held)
    {
        int[] all = [.. Enumerable.Range(0, Count)];
        return (Subset(all.Where(index => !held.Contains(index))), Subset(all.Where(held.Contains)));
    }

    /// <summary>Checks whether every file can be read, by its header and its end (<see cref="DatasetCheck"/>).</summary>
    /// <param name="decoder">The decoder that will read the files; null for <see cref="SkiaImageDecoder"/>.</param>
    /// <param name="progress">Called about ten times a second, on the calling thread.</param>
    /// <param name="cancellationToken">Stops the check after the files in progress.</param>
    /// <returns>The images that cannot be read, and the sizes of the others.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public DatasetCheck Check(
        IImageDecoder? decoder = null,
        IProgress<DatasetCheckProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => DatasetCheck.Run(this, decoder ?? new SkiaImageDecoder(), progress, cancellationToken);
}
