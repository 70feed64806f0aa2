namespace LiftPlus.Cli.Inputs;

/// <summary>Represents the place of a dataset, and how it is read.</summary>
/// <param name="Path">The file or folder.</param>
internal sealed record DatasetPlace(string Path)
{
    /// <summary>Gets what the place holds.</summary>
    public DatasetKind Kind { get; init; }

    /// <summary>Gets the class names in label order; null to take them from the source.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Gets the folder that the paths in a list or table are relative to; null for the folder of the file.</summary>
    public string? Root { get; init; }

    /// <summary>Gets the columns of a table that hold paths and labels.</summary>
    public string Columns { get; init; } = "path,label";

    /// <summary>Gets whether files outside the folder are read, through links and relative paths.</summary>
    public bool FollowsLinks { get; init; }

    /// <summary>Gets the split of a published dataset.</summary>
    public DatasetSplit Split { get; init; }

    /// <summary>Gets the taxonomic level of the iNaturalist 2018 classes.</summary>
    public TaxonomicLevel Level { get; init; }

    /// <summary>Opens the dataset.</summary>
    /// <exception cref="LiftPlusException">The dataset is missing or damaged.</exception>
    public ImageDataset Open()
    {
        string[] columns = Columns.Split(',', StringSplitOptions.TrimEntries);
        if (columns.Length != 2)
            throw new LiftPlusException($"The columns are '{Columns}'. Give the column of paths and the column of labels: 'path,label'.");
        var options = new DatasetReadOptions { AllowOutsideRoot = FollowsLinks };
        return (Kind == DatasetKind.Auto ? Guess() : Kind) switch
        {
            DatasetKind.Folder => ImageDataset.FromFolder(Path, ClassNames, options),
            DatasetKind.Csv => ImageDataset.FromCsv(Path, columns[0], columns[1], Root, ClassNames, options: options),
            DatasetKind.Tar => ImageDataset.FromTar(Path, ClassNames, options),
            DatasetKind.Cifar10 => ImageDataset.FromCifar10(Path, Split == DatasetSplit.Train),
            DatasetKind.Cifar100 => ImageDataset.FromCifar100(Path, Split == DatasetSplit.Train),
            DatasetKind.ImageNetLT => ImageDataset.FromImageNetLT(Path, Split),
            DatasetKind.PlacesLT => ImageDataset.FromPlacesLT(Path, Split),
            DatasetKind.INaturalist2018 => ImageDataset.FromINaturalist2018(Path, Split, Level),
            _ => ImageDataset.FromList(Path, Root, ClassNames, options),
        };
    }

    /// <summary>Downloads CIFAR to the place.</summary>
    /// <exception cref="LiftPlusException">The kind is something other than CIFAR, or the download failed.</exception>
    public Task FetchAsync(IProgress<DownloadProgress> progress, CancellationToken cancellationToken) =>
        Kind is DatasetKind.Cifar10 or DatasetKind.Cifar100
            ? CifarDownload.FetchAsync(Kind == DatasetKind.Cifar10 ? "CIFAR-10" : "CIFAR-100", Path, progress, cancellationToken)
            : throw new LiftPlusException(
                "--fetch downloads CIFAR only; add --kind Cifar10 or --kind Cifar100. For other datasets, run without --fetch: "
                    + "the error says what to download."
            );

    private DatasetKind Guess()
    {
        if (Directory.Exists(Path))
            return Directory.EnumerateFiles(Path, "*.tar").Any() ? DatasetKind.Tar : DatasetKind.Folder;
        if (!File.Exists(Path))
            throw new LiftPlusException(
                $"There is no file or folder '{Path}': give a folder with one folder per class, a list, a .csv or a .tar file."
            );
        return System.IO.Path.GetExtension(Path).ToLowerInvariant() switch
        {
            ".csv" => DatasetKind.Csv,
            ".tar" => DatasetKind.Tar,
            _ => DatasetKind.List,
        };
    }
}
