// Reports what is in a dataset before you train on it: counts, groups, sizes, unreadable and duplicate images, the long tail
// and some images of each group.
using System.CommandLine;
using LiftPlus;
using LiftPlus.Samples;
using LiftPlus.Samples.DatasetReport;
using Spectre.Console;

var place = new Argument<string>("place")
{
    Description =
        "A folder with one folder per class, a list of 'path label' lines, a .csv, a .tar, a folder of .tar files, "
        + "or the folder of a published dataset.",
};
var kind = new Option<SourceKind>("--kind") { Description = "What the place holds. Auto chooses between folder, list, table and tar." };
var classNames = new Option<string?>("--classes")
{
    Description = "A file of class names, or a folder whose subfolders are named after the classes.",
};
var root = new Option<string?>("--root") { Description = "The folder that the paths in a list are relative to." };
var columns = new Option<string>("--columns")
{
    Description = "The columns of a table that hold paths and labels.",
    DefaultValueFactory = _ => "path,label",
};
var split = new Option<DatasetSplit>("--split") { Description = "The split of a published dataset." };
var level = new Option<TaxonomicLevel>("--level") { Description = "The taxonomic level of the iNaturalist 2018 classes." };
var ratio = new Option<double?>("--imbalance")
{
    Description = "Cuts the dataset down to a long tail with this imbalance ratio first (see LongTailProfile).",
};
var fetch = new Option<bool>("--fetch") { Description = "Downloads CIFAR to the place first (about 160 MB)." };
var output = new Option<string>("--output")
{
    Description = "The folder for the report and its images.",
    DefaultValueFactory = _ => "out/dataset",
};
var command = new RootCommand("Reports what is in a dataset.")
{
    place,
    kind,
    classNames,
    root,
    columns,
    split,
    level,
    ratio,
    fetch,
    output,
};

command.SetAction(
    async (parsed, cancellationToken) =>
    {
        try
        {
            var source = new Source(parsed.GetValue(place)!)
            {
                Kind = parsed.GetValue(kind),
                ClassNames = parsed.GetValue(classNames),
                Root = parsed.GetValue(root),
                Columns = parsed.GetValue(columns)!,
                Split = parsed.GetValue(split),
                Level = parsed.GetValue(level),
                ImbalanceRatio = parsed.GetValue(ratio),
            };
            await RunAsync(source, parsed.GetValue(fetch), parsed.GetValue(output)!, cancellationToken);
            return 0;
        }
        catch (LiftPlusException e)
        {
            AnsiConsole.WriteLine(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.WriteLine("Stopped.");
            return 2;
        }
    }
);
return await command.Parse(args).InvokeAsync();

static async Task RunAsync(Source source, bool fetch, string folder, CancellationToken cancellationToken)
{
    string report = "";
    await ProgressBoard.RunAsync(async board =>
    {
        if (fetch)
            await source.FetchAsync(board.Add("Downloading", "MB").Download(), cancellationToken);
        ImageDataset dataset = source.Open();
        var survey = Survey.Of(dataset, board.Add("Checking", "images").Check(), cancellationToken);
        report = Report.Write(survey, folder, board.Add("Drawing", "%").Percent(), cancellationToken);
    });
    AnsiConsole.WriteLine(File.ReadAllText(report));
    AnsiConsole.WriteLine($"The report and its images are in {folder}.");
}
