// Adds classes to a trained model without training, and compares it with training again. Writes results.json.
using System.CommandLine;
using System.Text.Json;
using LiftPlus;
using LiftPlus.Experiments.ClassChanges;
using LiftPlus.Samples;

var seeds = new Option<int>("--seeds") { Description = "The number of seeds.", DefaultValueFactory = _ => 1 };
var epochs = new Option<int>("--epochs")
{
    Description = "Passes over the training images.",
    DefaultValueFactory = _ => TinyClipTask.Epochs,
};
var output = new Option<FileInfo>("--output")
{
    Description = "The file for the results.",
    DefaultValueFactory = _ => new FileInfo("out/class-changes.json"),
};
var command = new RootCommand("Adds 8 classes to a model of 56 classes, by images and by words, and compares it with training again.")
{
    seeds,
    epochs,
    output,
};
command.SetAction(
    (parsed, cancellationToken) =>
    {
        RunEnvironment? environment = null;
        List<ChangeResult> results = [];
        for (int seed = 0; seed < parsed.GetValue(seeds); seed++)
        {
            var experiment = new Experiment(seed, parsed.GetValue(epochs), Console.WriteLine, cancellationToken);
            results.AddRange(experiment.Run());
            environment = experiment.Environment;
        }

        ChangeResult[] means =
        [
            .. results
                .GroupBy(result => (result.Images, result.Words, result.Method))
                .Select(group => new ChangeResult(
                    group.Key.Images,
                    group.Key.Words,
                    group.Key.Method,
                    Rounded(group.Average(result => result.Old))!.Value,
                    Rounded(group.Average(result => result.New)),
                    Rounded(group.Average(result => result.All))!.Value,
                    Math.Round(group.Average(result => result.Seconds), 2)
                )),
        ];
        string file = parsed.GetValue(output)!.FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var content = new
        {
            Seeds = parsed.GetValue(seeds),
            Epochs = parsed.GetValue(epochs),
            Environment = environment,
            Results = means,
        };
        File.WriteAllText(
            file,
            JsonSerializer.Serialize(content, new JsonSerializerOptions(JsonSerializerOptions.Web) { WriteIndented = true })
        );
        return Task.FromResult(0);
    }
);
return await command.Parse(args).InvokeAsync();

static double? Rounded(double? value) => value is double number ? Math.Round(number, 1) : null;
