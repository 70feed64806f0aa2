using System.CommandLine;

namespace LiftPlus.Cli.Inputs;

/// <summary>Holds the options that say how datasets are read.</summary>
internal sealed class DatasetOptions
{
    /// <summary>Describes a place for the help.</summary>
    public const string PlaceText =
        "A folder with one folder per class, a list of 'path label' lines, a .csv, a .tar, or a folder of .tar files.";

    /// <summary>Gets the option of what the places hold.</summary>
    public Option<DatasetKind> Kind { get; } =
        new("--kind")
        {
            Description = $"What a place holds: {string.Join(", ", Enum.GetNames<DatasetKind>())}.",
            HelpName = "KIND",
            DefaultValueFactory = _ => DatasetKind.Auto,
        };

    private readonly Option<string?> _classNames = new("--classes")
    {
        Description = "A file of class names in label order, or a folder whose subfolders are named after the classes.",
        HelpName = "PLACE",
    };

    private readonly Option<string?> _root = new("--root")
    {
        Description = "The folder that the paths in a list or table are relative to. [default: its own folder]",
        HelpName = "FOLDER",
    };

    private readonly Option<string> _columns = new("--columns")
    {
        Description = "The columns of a table that hold paths and labels.",
        HelpName = "NAMES",
        DefaultValueFactory = _ => "path,label",
    };

    private readonly Option<bool> _followLinks = new("--follow-links")
    {
        Description = "Also reads files outside the folder, through links and relative paths.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(Kind);
        command.Add(_classNames);
        command.Add(_root);
        command.Add(_columns);
        command.Add(_followLinks);
    }

    /// <summary>Returns how a place is read.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The place.</param>
    /// <param name="split">The split, if the place holds a published dataset.</param>
    /// <param name="names">The class names, unless the command line has others; null to take them from the place.</param>
    public DatasetPlace Place(ParseResult parsed, string path, DatasetSplit split, IReadOnlyList<string>? names = null) =>
        new(path)
        {
            Kind = parsed.GetValue(Kind),
            ClassNames = parsed.GetValue(_classNames) is string file ? ImageDataset.ReadClassNames(file) : names,
            Root = parsed.GetValue(_root),
            Columns = parsed.GetValue(_columns)!,
            FollowsLinks = parsed.GetValue(_followLinks),
            Split = split,
        };
}
