namespace LiftPlus.Samples.DatasetReport;

/// <summary>Specifies what a place holds.</summary>
public enum SourceKind
{
    /// <summary>A folder, a list, a table or a tar file, guessed from the place.</summary>
    Auto,

    /// <summary>A folder with one folder per class.</summary>
    Folder,

    /// <summary>A list of 'path label' lines.</summary>
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

/// <summary>Represents the dataset to report on.</summary>
/// <param name="Place">The file or folder.</param>
public sealed record Source(string Place)
{
    /// <summary>Gets what the place holds.</summary>
    public SourceKind Kind { get; init; }

    /// <summary>Gets a file of class names, or a folder with a subfolder per class; null to take the names from the source.</summary>
    public string? ClassNames { get; init; }

    /// <summary>Gets the folder that the paths in a list are relative to; null for the folder of the list.</summary>
    public string? Root { get; init; }

    /// <summary>Gets the columns of a table that hold paths and labels.</summary>
    public string Columns { get; init; } = "path,label";

    /// <summary>Gets the split of a published dataset.</summary>
    public DatasetSplit Split { get; init; }

    /// <summary>Gets the taxonomic level of the iNaturalist 2018 classes.</summary>
    public TaxonomicLevel Level { get; init; }

    /// <summary>Gets the imbalance ratio of the long tail to cut first; null to keep the dataset as it is.</summary>
    public double? ImbalanceRatio { get; init; }

    /// <summary>Opens the dataset.</summary>
    /// <exception cref="LiftPlusException">The dataset is missing or damaged.</exception>
    public ImageDataset Open()
    {
        IReadOnlyList<string>? names = ClassNames is null ? null : ImageDataset.ReadClassNames(ClassNames);
        string[] columns = Columns.Split(',', StringSplitOptions.TrimEntries);
        if (columns.Length != 2)
            throw new LiftPlusException($"The columns are '{Columns}'. Give the column of paths and the column of labels: 'path,label'.");
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

    /// <summary>Downloads CIFAR to the place.</summary>
    /// <exception cref="LiftPlusException">The kind is something other than CIFAR, or the download failed.</exception>
    public Task FetchAsync(IProgress<DownloadProgress> progress, CancellationToken cancellationToken) =>
        Kind is SourceKind.Cifar10 or SourceKind.Cifar100
            ? CifarDownload.FetchAsync(Kind == SourceKind.Cifar10 ? "CIFAR-10" : "CIFAR-100", Place, progress, cancellationToken)
            : throw new LiftPlusException(
                "--fetch downloads CIFAR only; add --kind Cifar10 or --kind Cifar100. For other datasets, run without --fetch: "
                    + "the error says what to download."
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
