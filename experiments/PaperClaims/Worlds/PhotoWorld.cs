using LiftPlus.Data;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Represents photographs in a folder with train/ and test/, or in a tar file that contains both, with one folder per class.
/// </summary>
internal sealed class PhotoWorld : World
{
    /// <summary>The short side to resize to: even a crop of a fifth of the area has more than the 32 pixels of TinyClip.</summary>
    private const int ShortSide = 96;

    private readonly ImageDataset _train;
    private readonly ImageDataset _test;
    private (ImageDataset Train, ImageDataset Test)? _loaded;

    private PhotoWorld(string name, ImageDataset train, ImageDataset test) => (Title, _train, _test) = (name, train, test);

    /// <inheritdoc/>
    public override string Id => "photographs";

    /// <inheritdoc/>
    public override string Title { get; }

    /// <inheritdoc/>
    public override string Description =>
        $"Photographs: {_train.ClassNames.Count} classes, {_train.Classes.Counts.Max()} to {_train.Classes.Counts.Min()} training "
        + $"images each, {_test.Count} test images; the same for every seed. TinyClip has seen neither photographs nor these class names, "
        + "so it learns from the images alone.";

    /// <inheritdoc/>
    public override Rank Ranks => Rank.Telling;

    /// <inheritdoc/>
    public override int TrainingImages => _train.Count;

    /// <summary>Opens the photographs in a place.</summary>
    /// <param name="place">A folder with train/ and test/, a tar file that contains both, or a folder with such a file.</param>
    /// <returns>The photographs; null if the place contains none.</returns>
    /// <exception cref="LiftPlusException">The photographs cannot be read.</exception>
    public static PhotoWorld? Find(string place)
    {
        if (Directory.Exists(Path.Combine(place, "train")) && Directory.Exists(Path.Combine(place, "test")))
        {
            var train = ImageDataset.FromFolder(Path.Combine(place, "train"));
            return new PhotoWorld(
                Path.GetFileName(Path.GetFullPath(place).TrimEnd(Path.DirectorySeparatorChar)),
                train,
                ImageDataset.FromFolder(Path.Combine(place, "test"), train.ClassNames)
            );
        }

        string[] tars =
            File.Exists(place) ? [place]
            : Directory.Exists(place) ? [.. Directory.EnumerateFiles(place, "*.tar").Order(StringComparer.Ordinal)]
            : [];
        return tars.Select(FromTar).FirstOrDefault(world => world is not null);
    }

    /// <inheritdoc/>
    public override string Fingerprint(int seed)
    {
        using var hash = new Fingerprint();
        hash.Add($"{ShortSide}");
        foreach (ImageDataset part in (ImageDataset[])[_train, _test])
        {
            hash.Add(string.Join('\n', part.ClassNames));
            foreach (LabeledImage image in part)
                hash.Add($"{Path.GetFileName(image.Name)} {image.Label} {image.Source.EncodedLength}");
        }

        return hash.ToString();
    }

    /// <inheritdoc/>
    public override (ImageDataset Train, ImageDataset Test) Load(int seed) => _loaded ??= (Shrink(_train), Shrink(_test));

    private static PhotoWorld? FromTar(string file)
    {
        var all = ImageDataset.FromTar(file);
        int[] Part(string folder) =>
            [.. Enumerable.Range(0, all.Count).Where(i => all[i].Name[file.Length..].Contains($"/{folder}/", StringComparison.Ordinal))];
        (int[] train, int[] test) = (Part("train"), Part("test"));
        return train.Length == 0 || test.Length == 0
            ? null
            : new PhotoWorld(Path.GetFileNameWithoutExtension(file), all.Subset(train), all.Subset(test));
    }

    private static ImageDataset Shrink(ImageDataset dataset)
    {
        var decoder = new SkiaImageDecoder();
        var resize = new Resize(ShortSide);
        var context = new TransformContext(new StreamRandom(0, 0, 0), 0);
        var small = new RgbImage[dataset.Count];
        Parallel.For(0, small.Length, i =>
        {
            using RgbImage whole = decoder.Decode(dataset[i].Source);
            small[i] = Math.Min(whole.Width, whole.Height) <= ShortSide ? whole.Share() : resize.Apply(whole, context);
        });
        var held = ImageDataset.FromImages(small.Zip(dataset, (pixels, labeled) => (pixels, labeled.Label)), dataset.ClassNames);
        foreach (RgbImage image in small)
            image.Dispose();
        return held;
    }
}
