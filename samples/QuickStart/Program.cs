// Fine-tunes TinyClip on ShapesLT, a long-tailed task of drawn pictures, and compares LIFT+ with what people do otherwise.
using System.CommandLine;
using LiftPlus.Samples.QuickStart;
using Spectre.Console;

var seeds = new Option<int>("--seeds") { Description = "How many seeds to run; with more than one the table shows mean and deviation.", DefaultValueFactory = _ => 1 };
var json = new Option<FileInfo?>("--json") { Description = "Also write the table to this file." };
var output = new Option<DirectoryInfo>("--output") { Description = "Where the LIFT+ model goes.", DefaultValueFactory = _ => new DirectoryInfo("out/quickstart") };
var epochs = new Option<int>("--epochs") { Description = "Passes over the training pictures.", DefaultValueFactory = _ => 5 };
var batchSize = new Option<int>("--batch-size") { Description = "Pictures per step: fewer than LIFT+'s 128, because the task has only 7,000 pictures and needs steps.", DefaultValueFactory = _ => 32 };
var rate = new Option<double>("--learning-rate") { Description = "Learning rate.", DefaultValueFactory = _ => 0.02 };
var methods = new Option<string[]>("--methods") { Description = "Only these rows of the table.", AllowMultipleArgumentsPerToken = true };
var command = new RootCommand("LIFT+ on a small world of drawn shapes: no download, a few minutes on two cores.") { seeds, json, output, epochs, batchSize, rate, methods };
command.SetAction((parsed, cancellationToken) =>
{
    if (Console.IsOutputRedirected)
        AnsiConsole.Profile.Width = 160;
    IReadOnlyList<MethodResult> results = new Comparison(new ComparisonOptions
    {
        Seeds = parsed.GetValue(seeds),
        Output = parsed.GetValue(output)!.FullName,
        Epochs = parsed.GetValue(epochs),
        BatchSize = parsed.GetValue(batchSize),
        LearningRate = parsed.GetValue(rate),
        Methods = parsed.GetValue(methods) ?? [],
    }).Run(cancellationToken);
    AnsiConsole.Write(ResultTable.Render(results));
    if (parsed.GetValue(json) is FileInfo file)
        ResultTable.WriteJson(results, file.FullName);
    AnsiConsole.WriteLine($"The LIFT+ model is in {Path.GetRelativePath(Environment.CurrentDirectory, parsed.GetValue(output)!.FullName)}: FineTunedModel.Load reads it.");
    return Task.FromResult(0);
});
return await command.Parse(args).InvokeAsync();
