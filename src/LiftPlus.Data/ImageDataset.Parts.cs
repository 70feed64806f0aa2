using LiftPlus.Data;

namespace LiftPlus;

public sealed partial class ImageDataset
{
    /// <summary>Some of the images, with the same classes.</summary>
    /// <param name="places">Their places in this dataset, in the order wanted.</param>
    /// <exception cref="LiftPlusException">No place is given, or one lies outside the dataset.</exception>
    public ImageDataset Subset(IEnumerable<int> places) =>
        new(
            places.Select(place =>
                (uint)place < (uint)Count
                    ? this[place]
                    : throw new LiftPlusException($"There is no image {place} among the dataset's {Count}.")
            ),
            ClassNames
        );

    /// <summary>Looks whether every file can be read, by its header and its end (<see cref="DatasetCheck"/>).</summary>
    /// <param name="decoder">What will read them; null for <see cref="SkiaImageDecoder"/>.</param>
    /// <param name="progress">Called some ten times a second, on the calling thread.</param>
    /// <param name="ct">Ends the pass after the files in hand.</param>
    /// <returns>What cannot be read, and the sizes of what can.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public DatasetCheck Check(
        IImageDecoder? decoder = null,
        IProgress<DatasetCheckProgress>? progress = null,
        CancellationToken ct = default
    ) => DatasetCheck.Run(this, decoder ?? new SkiaImageDecoder(), progress, ct);

    /// <summary>The same images under other class names, for example names that a text tower knows.</summary>
    /// <param name="names">Old name to new name; classes that are not in it keep theirs.</param>
    /// <exception cref="LiftPlusException">An old name is none of the classes.</exception>
    public ImageDataset WithClassNames(IReadOnlyDictionary<string, string> names)
    {
        if (names.Keys.FirstOrDefault(name => !ClassNames.Contains(name)) is string unknown)
            throw new LiftPlusException(
                $"'{unknown}' is none of the {ClassNames.Count} classes, so it cannot be renamed; check its spelling."
            );
        return new ImageDataset(Images, [.. ClassNames.Select(name => names.GetValueOrDefault(name, name))]);
    }

    /// <summary>
    /// Splits off the same share of every class for validation. A class's share is rounded to the nearest count, but a class always keeps one
    /// image to train on: small classes may have nothing held out.
    /// </summary>
    /// <param name="share">Share to hold out, above 0 and below 1.</param>
    /// <param name="seed">What the draw depends on.</param>
    /// <returns>Both parts, each in this dataset's order and with all of its classes.</returns>
    /// <exception cref="LiftPlusException">The share is out of range, or so small that nothing would be held out.</exception>
    public (ImageDataset Train, ImageDataset HeldOut) HoldOut(double share, uint seed = 0)
    {
        if (share is not (> 0 and < 1))
            throw new LiftPlusException($"The share to hold out is {share}; it is above 0 and below 1.");
        var random = new TorchRandom(seed);
        var held = new HashSet<int>();
        foreach (List<int> places in ClassDraws.PlacesByClass(this))
        {
            ClassDraws.Shuffle(places, random);
            int count = Math.Min((int)Math.Round(share * places.Count, MidpointRounding.AwayFromZero), places.Count - 1);
            held.UnionWith(places.Take(count));
        }

        if (held.Count == 0)
            throw new LiftPlusException(
                $"A share of {share} holds out no image: the largest of {ClassNames.Count} classes has {Classes.Counts.Max()}. Choose a larger share."
            );
        int[] all = [.. Enumerable.Range(0, Count)];
        return (Subset(all.Where(place => !held.Contains(place))), Subset(all.Where(held.Contains)));
    }
}
