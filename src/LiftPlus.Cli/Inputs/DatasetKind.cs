namespace LiftPlus.Cli.Inputs;

/// <summary>Specifies what a place holds.</summary>
internal enum DatasetKind
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
