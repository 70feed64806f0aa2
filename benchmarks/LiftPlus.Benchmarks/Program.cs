// Speed and memory as ratios within one run: the machines these figures come from are noisy, so a figure alone says little.
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Benchmarks;

var command = new RootCommand("Measures LiftPlus. Every command prints its figures and, with --json, writes them to a file.")
{
    Measurement("smoke", "Does the training thread wait for data, and is memory flat?", SmokeBenchmark.Run),
    Measurement(
        "training",
        "How fast is a ViT-B/16 step against this machine's matrix product and against plain PyTorch?",
        TrainingBenchmark.Run
    ),
    Measurement("layers", "Where does a step's time go, layer by layer?", LayerBenchmark.Run),
    Measurement("steps", "The first part of it: steps in float32 and bfloat16, and plain PyTorch's.", TrainingBenchmark.RunSteps),
    Measurement(
        "long-run",
        "Is memory flat over 2,000 steps, and how much quicker is a linear probe whose features are computed once?",
        LongRunBenchmark.Run
    ),
    Measurement("weights", "How long does loading a ViT-B/16 take beside reading its file, and how much memory?", WeightsBenchmark.Run),
    Measurement("data", "How fast are images read, beside Pillow doing the same work?", DataBenchmark.Run),
    Measurement(
        "serving",
        "What does samples/WebApi answer under load, beside the bare batched model, and does its memory grow?",
        ServingBenchmark.Run
    ),
};
return await command.Parse(args).InvokeAsync();

static Command Measurement(string name, string description, Func<CancellationToken, JsonObject> run)
{
    var json = new Option<FileInfo?>("--json") { Description = "Also write the figures to this file." };
    var measurement = new Command(name, description) { json };
    measurement.SetAction(
        (parsed, cancellationToken) =>
        {
            JsonObject measured = run(cancellationToken); // first: memory that the machine's own figures leave behind would be used again
            JsonObject figures = new() { ["machine"] = Machine.Describe() };
            foreach ((string key, JsonNode? value) in measured.ToArray())
                figures[key] = value?.DeepClone();
            string text = figures.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
            Console.WriteLine(text);
            if (parsed.GetValue(json) is FileInfo file)
            {
                file.Directory!.Create();
                File.WriteAllText(file.FullName, text);
            }

            return Task.FromResult(0);
        }
    );
    return measurement;
}
