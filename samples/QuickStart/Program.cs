// Fine-tunes TinyClip on ShapesLT, a long-tailed task of drawn images, and compares LIFT+ with other ways to fine-tune.
using System.CommandLine;
using LiftPlus;
using LiftPlus.Reports;
using LiftPlus.Samples;
using LiftPlus.Samples.QuickStart;
using Spectre.Console;

var seeds = new Option<int>("--seeds")
{
    Description = "The number of seeds. With more than one, the table shows mean and standard deviation.",
    DefaultValueFactory = _ => 1,
};
var json = new Option<FileInfo?>("--json") { Description = "Also writes the table to this file, as JSON." };
var output = new Option<DirectoryInfo>("--output")
{
    Description = "The folder for the LIFT+ model.",
    DefaultValueFactory = _ => new DirectoryInfo("out/quickstart"),
};
var report = new Option<FileInfo>("--report")
{
    Description = "The file for the HTML page with charts.",
    DefaultValueFactory = _ => new FileInfo("out/quickstart.html"),
};
var epochs = new Option<int>("--epochs")
{
    Description = "Passes over the training images.",
    DefaultValueFactory = _ => TinyClipTask.Epochs,
};
var batchSize = new Option<int>("--batch-size")
{
    Description = "Images per step. The default is below LIFT+'s 128, because 7,000 images would make too few steps.",
    DefaultValueFactory = _ => TinyClipTask.BatchSize,
};
var rate = new Option<double>("--learning-rate") { Description = "Learning rate.", DefaultValueFactory = _ => TinyClipTask.LearningRate };
var compare = new Option<string?>("--compare")
{
    Description = "Runs one of the paper's comparisons instead: LIFT+ with one part replaced.",
};
var foundation = new Option<string>("--foundation")
{
    Description = "The TinyClip to fine-tune: strong knows the style of the images, weak has only seen other styles.",
    DefaultValueFactory = _ => "strong",
};
foundation.AcceptOnlyFromAmong("strong", "weak");
seeds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() < 1)
        result.AddError($"--seeds is {result.GetValueOrDefault<int>()}; it must be 1 or more.");
});
compare.AcceptOnlyFromAmong([.. Contenders.ByPart.Keys]);
var methods = new Option<string[]>("--methods")
{
    Description = "Runs only these rows of the table.",
    AllowMultipleArgumentsPerToken = true,
};
var command = new RootCommand("Compares LIFT+ with other methods on drawn shapes. Needs no download; takes a few minutes on two cores.")
{
    seeds,
    json,
    output,
    report,
    epochs,
    batchSize,
    rate,
    compare,
    foundation,
    methods,
};
command.SetAction(
    (parsed, cancellationToken) =>
    {
        try
        {
            return Task.FromResult(Run(parsed, cancellationToken));
        }
        catch (LiftPlusException e)
        {
            AnsiConsole.WriteLine(e.Message);
            return Task.FromResult(1);
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.WriteLine("Stopped.");
            return Task.FromResult(2);
        }
    }
);
return await command.Parse(args).InvokeAsync();

int Run(ParseResult parsed, CancellationToken cancellationToken)
{
    if (Console.IsOutputRedirected)
        AnsiConsole.Profile.Width = 160;
    IReadOnlyList<Contender> table = parsed.GetValue(compare) is string part ? Contenders.ByPart[part] : Contenders.Main;
    string[] wanted = parsed.GetValue(methods) ?? [];
    string[] unknown = [.. wanted.Except(table.Select(contender => contender.Name), StringComparer.OrdinalIgnoreCase)];
    if (unknown.Length > 0)
        throw new LiftPlusException(
            $"Unknown method '{string.Join("', '", unknown)}'. "
                + $"Known methods: '{string.Join("', '", table.Select(contender => contender.Name))}'."
        );

    string folder = parsed.GetValue(output)!.FullName;
    var comparison = new Comparison(
        new ComparisonOptions
        {
            Seeds = parsed.GetValue(seeds),
            Output = folder,
            Backbone = parsed.GetValue(foundation) == "weak" ? TinyClipTask.WeakBackboneFolder : TinyClipTask.BackboneFolder,
            Epochs = parsed.GetValue(epochs),
            BatchSize = parsed.GetValue(batchSize),
            LearningRate = parsed.GetValue(rate),
            Contenders =
            [
                .. table.Where(contender => wanted.Length == 0 || wanted.Contains(contender.Name, StringComparer.OrdinalIgnoreCase)),
            ],
        }
    );
    IReadOnlyList<MethodResult> results = comparison.Run(cancellationToken);
    AnsiConsole.Write(ResultTable.Render(results));
    if (parsed.GetValue(json) is FileInfo file)
        ResultTable.WriteJson(results, file.FullName);
    if (Directory.Exists(folder) && table == Contenders.Main)
        AnsiConsole.WriteLine(
            $"The LIFT+ model is in {Path.GetRelativePath(Environment.CurrentDirectory, folder)}: FineTunedModel.Load reads it."
        );
    string page = parsed.GetValue(report)!.FullName;
    HtmlReport.Write(page, comparison.Page(parsed.GetValue(compare)));
    AnsiConsole.WriteLine(
        $"Charts and misclassified images are in {Path.GetRelativePath(Environment.CurrentDirectory, page)}; open it in a browser."
    );
    return 0;
}
