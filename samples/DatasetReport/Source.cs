using LiftPlus.Data;

namespace LiftPlus.Samples.DatasetReport;

/// <summary>What a place holds.</summary>
public enum SourceKind
{
    /// <summary>A folder, a list, a table or a tar, as the place looks.</summary>
    Auto,

    /// <summary>A folder per class.</summary>
    Folder,

    /// <summary>Lines of path and label.</summary>
    List,

    /// <summary>A table with named columns.</summary>
    Csv,

    /// <summary>Tar files.</summary>
    Tar,

    /// <summary>CIFAR-10.</summary>
    Cifar10,

    /// <summary>CIFAR-100.</summary>
    Cifar100,

    /// <summary>ImageNet-LT.</summary>
    ImageNetLT,

    /// <summary>Places-LT.</summary>
    PlacesLT,

    /// <summary>iNaturalist 2018.</summary>
    INaturalist2018,
}

/// <summary>A dataset to look at.</summary>
/// <param name="Place">The file or folder.</param>
public sealed record Source(string Place)
{
    /// <summary>What the place holds.</summary>
    public SourceKind Kind { get; init; }

    /// <summary>A file of class names, or a folder named by them; null for the source's own.</summary>
    public string? ClassNames { get; init; }

    /// <summary>The folder that a list's paths start from; null for its own.</summary>
    public string? Root { get; init; }

    /// <summary>A table's columns: paths, labels.</summary>
    public string Columns { get; init; } = "path,label";

    /// <summary>The part of a published set.</summary>
    public DatasetSplit Split { get; init; }

    /// <summary>The classes of iNaturalist 2018.</summary>
    public TaxonomicLevel Level { get; init; }

    /// <summary>A long tail to make first; null for the set as it is.</summary>
    public double? ImbalanceRatio { get; init; }

    /// <summary>Opens it.</summary>
    /// <exception cref="LiftPlusException">It is not there, or damaged.</exception>
    public ImageDataset Open()
    {
        IReadOnlyList<string>? names = ClassNames is null ? null : ImageDataset.ReadClassNames(ClassNames);
        string[] columns = Columns.Split(',', StringSplitOptions.TrimEntries);
        if (columns.Length != 2)
            throw new LiftPlusException($"The columns are '{Columns}'; name that of the paths and that of the labels: 'path,label'.");
        ImageDataset dataset = (Kind == SourceKind.Auto ? Guess() : Kind) switch
        {
            SourceKind.Folder => ImageDataset.FromFolder(Place, names),
            SourceKind.Csv => ImageDataset.FromCsv(Place, columns[0], columns[1], Root, names),
            SourceKind.Tar => ImageDataset.FromTar(Place, names),
            SourceKind.Cifar10 => ImageDataset.FromCifar10(Place, Split == DatasetSplit.Train),
            SourceKind.Cifar100 => ImageDataset.FromCifar100(Place, Split == DatasetSplit.Train),
            SourceKind.ImageNetLT => ImageDataset.FromImageNetLT(Place, Split),
            SourceKind.PlacesLT => ImageDataset.FromPlacesLT(Place, Split),
            SourceKind.INaturalist2018 => ImageDataset.FromINaturalist2018(Place, Split, Level),
            _ => ImageDataset.FromList(Place, Root, names),
        };
        return ImbalanceRatio is double ratio ? new LongTailProfile(ratio).Apply(dataset) : dataset;
    }

    /// <summary>Fetches CIFAR into the place.</summary>
    /// <exception cref="LiftPlusException">It is no CIFAR, or it cannot be fetched.</exception>
    public Task FetchAsync(IProgress<DownloadProgress> progress, CancellationToken cancellationToken) =>
        Kind is SourceKind.Cifar10 or SourceKind.Cifar100
            ? CifarDownload.FetchAsync(Kind == SourceKind.Cifar10 ? "CIFAR-10" : "CIFAR-100", Place, progress, cancellationToken)
            : throw new LiftPlusException(
                "Only CIFAR is fetched; add --kind Cifar10 or --kind Cifar100. Other sets say what to download when they are opened."
            );

    private SourceKind Guess()
    {
        if (Directory.Exists(Place))
            return Directory.EnumerateFiles(Place, "*.tar").Any() ? SourceKind.Tar : SourceKind.Folder;
        return Path.GetExtension(Place).ToLowerInvariant() switch
        {
            ".csv" => SourceKind.Csv,
            ".tar" => SourceKind.Tar,
            _ => SourceKind.List,
        };
    }
}
