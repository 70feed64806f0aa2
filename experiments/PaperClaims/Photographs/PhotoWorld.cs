using System.Formats.Tar;
using LiftPlus.Data;
using LiftPlus.Samples;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Represents photographs in a folder with train/ and test/, or in a tar file that contains both, with one folder per class.
/// </summary>
internal sealed class PhotoWorld : World
{
    private readonly ImageDataset _train;
    private readonly ImageDataset _test;
    private readonly string _output;

    private PhotoWorld(string name, ImageDataset train, ImageDataset test, int imageSize, string output) =>
        (Title, _train, _test, ImageSize, _output) = (name, train, test, imageSize, output);

    /// <summary>Gets the side of the network's input in pixels.</summary>
    public int ImageSize { get; }

    /// <inheritdoc/>
    public override string Id => $"photographs {ImageSize}";

    /// <inheritdoc/>
    public override string Title { get; }

    /// <inheritdoc/>
    public override string Description =>
        $"Photographs: {_train.ClassNames.Count} classes, {_train.Classes.Counts.Max()} to {_train.Classes.Counts.Min()} training "
        + $"images each, {_test.Count} test images; the same for every seed. A ResNet-18 that was trained on ImageNet sees them with "
        + $"{ImageSize} pixels on each side. It has no text tower, so the classifier starts from the class means.";

    /// <inheritdoc/>
    public override Rank Ranks => Rank.Last;

    /// <inheritdoc/>
    public override int TrainingImages => _train.Count;

    /// <inheritdoc/>
    public override string BackboneFolder => Path.Combine(_output, "foundations", $"resnet18-{ImageSize}");

    /// <inheritdoc/>
    public override int? EnsembleExpand => null;

    /// <summary>Opens the photographs in a place, and writes the network and unpacked files into the folder for results.</summary>
    /// <param name="place">A folder with train/ and test/, a tar file that contains both, or a folder with either.</param>
    /// <param name="imageSize">The side of the network's input in pixels.</param>
    /// <param name="output">The folder for results.</param>
    /// <returns>The photographs; null if the place contains none.</returns>
    /// <exception cref="LiftPlusException">The photographs cannot be read.</exception>
    public static PhotoWorld? Find(string place, int imageSize, string output)
    {
        PhotoWorld? world = Open(place, imageSize, output);
        if (world is not null && !Directory.Exists(world.BackboneFolder))
        {
            string part = world.BackboneFolder + ".part";
            ResNet18.Write(ResNet18.PackageFile, part, imageSize);
            Directory.Move(part, world.BackboneFolder);
        }

        return world;
    }

    /// <inheritdoc/>
    public override LongTailFineTunerBuilder CreateBuilder(Contender contender)
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(BackboneFolder)
            .UseCosineClassifier(initialization: ClassifierInitialization.ClassMean)
            .UseEpochs(TinyClipTask.Epochs)
            .UseBatchSize(TinyClipTask.BatchSize)
            .UseLearningRate(TinyClipTask.LearningRate);
        contender.Choose(builder);
        return builder;
    }

    /// <inheritdoc/>
    public override string Fingerprint(int seed)
    {
        using var hash = new Fingerprint();
        hash.Add($"{ImageSize}");
        foreach (ImageDataset part in (ImageDataset[])[_train, _test])
        {
            hash.Add(string.Join('\n', part.ClassNames));
            foreach (LabeledImage image in part)
                hash.Add($"{Path.GetFileName(image.Name)} {image.Label} {image.Source.EncodedLength}");
        }

        return hash.ToString();
    }

    /// <inheritdoc/>
    public override (ImageDataset Train, ImageDataset Test) Load(int seed) => (_train, _test);

    private static PhotoWorld? Open(string place, int imageSize, string output)
    {
        string[] tars =
            File.Exists(place) ? [place]
            : Directory.Exists(place) ? [.. Directory.EnumerateFiles(place, "*.tar").Order(StringComparer.Ordinal)]
            : [];
        string? folder = FindParts(place) ?? tars.Select(tar => FindParts(Unpack(tar, output))).FirstOrDefault(found => found is not null);
        if (folder is null)
            return null;
        var train = ImageDataset.FromFolder(Path.Combine(folder, "train"));
        return new PhotoWorld(
            Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar)),
            train,
            ImageDataset.FromFolder(Path.Combine(folder, "test"), train.ClassNames),
            imageSize,
            output
        );
    }

    // Returns the folder with train/ and test/: the given one, or one in it.
    private static string? FindParts(string folder) =>
        Directory.Exists(folder)
            ? ((string[])[folder, .. Directory.EnumerateDirectories(folder)]).FirstOrDefault(candidate =>
                Directory.Exists(Path.Combine(candidate, "train")) && Directory.Exists(Path.Combine(candidate, "test"))
            )
            : null;

    private static string Unpack(string tar, string output)
    {
        string folder = Path.Combine(output, "photographs", Path.GetFileNameWithoutExtension(tar));
        if (Directory.Exists(folder))
            return folder;
        string part = folder + ".part";
        Directory.CreateDirectory(part);
        TarFile.ExtractToDirectory(tar, part, overwriteFiles: true);
        Directory.Move(part, folder);
        return folder;
    }
}
