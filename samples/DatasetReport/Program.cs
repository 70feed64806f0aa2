// Looks at any dataset before a model does: counts, groups, sizes, broken and duplicate files, the long tail and some images of each group.
using System.CommandLine;
using LiftPlus;
using LiftPlus.Data;
using LiftPlus.Samples;
using LiftPlus.Samples.DatasetReport;
using Spectre.Console;

var place = new Argument<string>("place")
{
    Description =
        "A folder with a folder per class, a list of 'path label' lines, a .csv, a .tar or folder of them, or the folder of a published set.",
};
var kind = new Option<SourceKind>("--kind") { Description = "What the place is; Auto decides between folder, list, table and tar." };
var classNames = new Option<string?>("--classes") { Description = "A file of class names, or a folder named by them." };
var root = new Option<string?>("--root") { Description = "The folder that a list's paths start from." };
var columns = new Option<string>("--columns")
{
    Description = "A table's columns of paths and labels.",
    DefaultValueFactory = _ => "path,label",
};
var split = new Option<DatasetSplit>("--split") { Description = "The part of a published set." };
var level = new Option<TaxonomicLevel>("--level") { Description = "The classes of iNaturalist 2018." };
var ratio = new Option<double?>("--imbalance") { Description = "Makes a long tail of this ratio first, as LongTailProfile does." };
var fetch = new Option<bool>("--fetch") { Description = "Fetches CIFAR into the place first, about 160 MB." };
var output = new Option<string>("--output")
{
    Description = "Where the report and its images go.",
    DefaultValueFactory = _ => "out/dataset",
};
var command = new RootCommand("What is in a dataset.") { place, kind, classNames, root, columns, split, level, ratio, fetch, output };

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
            await source.FetchAsync(board.Add("Fetching", "MB").Download(), cancellationToken);
        ImageDataset dataset = source.Open();
        var survey = Survey.Of(dataset, board.Add("Checking", "images").Check(), cancellationToken);
        report = Report.Write(survey, folder, board.Add("Drawing", "%").Percent(), cancellationToken);
    });
    AnsiConsole.WriteLine(File.ReadAllText(report));
    AnsiConsole.WriteLine($"This and its images are in {folder}.");
}
