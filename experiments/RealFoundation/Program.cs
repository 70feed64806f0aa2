// Fine-tunes a ResNet-18 that a NuGet package ships, trained on ImageNet, on long-tailed photographs. Writes results.json.
using System.CommandLine;
using LiftPlus;
using LiftPlus.Experiments.RealFoundation;

var data = new Option<FileInfo>("--data")
{
    Description = "The archive caltech60-lt.tar.",
    DefaultValueFactory = _ => new FileInfo("../shared/data/caltech60-lt.tar"),
};
var output = new Option<DirectoryInfo>("--output")
{
    Description = "The folder of the backbone, the images and the results. What is there is not repeated.",
    DefaultValueFactory = _ => new DirectoryInfo("out/real-foundation"),
};
var seeds = new Option<int>("--seeds") { Description = "The number of seeds.", DefaultValueFactory = _ => 3 };
var rows = new Option<string[]>("--rows") { Description = "The rows to run; all by default.", AllowMultipleArgumentsPerToken = true };
var list = new Option<bool>("--list") { Description = "Lists the rows and exits." };
var command = new RootCommand("Fine-tunes an ImageNet ResNet-18 on caltech60-lt in many ways.") { data, output, seeds, rows, list };
command.SetAction(
    (parsed, cancellationToken) =>
    {
        string[] wanted = parsed.GetValue(rows) ?? [];
        string[] unknown = [.. wanted.Except(Rows.All.Select(row => row.Name))];
        if (parsed.GetValue(list) || unknown.Length > 0)
        {
            Console.WriteLine(string.Join(Environment.NewLine, Rows.All.Select(row => row.Name)));
            return Task.FromResult(unknown.Length == 0 ? 0 : 1);
        }

        string folder = parsed.GetValue(output)!.FullName,
            backbone = Path.Combine(folder, "backbone");
        Directory.CreateDirectory(folder);
        if (!Directory.Exists(backbone))
            Foundation.Write(Foundation.PackageFile, backbone);
        (ImageDataset train, ImageDataset test) = Photographs.Read(parsed.GetValue(data)!.FullName, folder);
        var experiment = new Experiment(backbone, train, test, folder, Console.WriteLine);
        List<RunResult> results = [];
        foreach (int seed in Enumerable.Range(0, parsed.GetValue(seeds)))
        {
            foreach (Row row in Rows.All.Where(row => wanted.Length == 0 || wanted.Contains(row.Name)))
            {
                results.Add(experiment.Run(row, seed, cancellationToken));
                experiment.Write(results);
            }
        }

        return Task.FromResult(0);
    }
);
return await command.Parse(args).InvokeAsync();
