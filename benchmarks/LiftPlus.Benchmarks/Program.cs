// Measures speed and memory as ratios within one run: machines are noisy, so a single figure says little.
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Benchmarks;

var command = new RootCommand("Measures LiftPlus. Every command prints its figures; --json also writes them to a file.")
{
    Measurement("smoke", "Checks whether the training thread waits for data, and whether memory stays flat.", SmokeBenchmark.Run),
    Measurement("training", "Compares a ViT-B/16 step with this machine's matrix product and with plain PyTorch.", TrainingBenchmark.Run),
    Measurement(
        "steps",
        "Runs the first part of 'training': steps in float32 and bfloat16, and in plain PyTorch.",
        TrainingBenchmark.RunSteps
    ),
    Measurement("families", "Compares a step of one tower of each family with this machine's matrix product.", FamilyBenchmark.Run),
    Measurement("onnxruntime", "Compares inference with ONNX Runtime, one image and eight at a time.", OnnxRuntimeBenchmark.Run),
    Measurement("layers", "Shows where the time of a step goes, layer by layer.", LayerBenchmark.Run),
    Measurement(
        "long-run",
        "Checks that memory stays flat over 2,000 steps, and times a linear probe whose features are computed once.",
        LongRunBenchmark.Run
    ),
    Measurement("weights", "Compares the time and memory of loading a ViT-B/16 with reading its file.", WeightsBenchmark.Run),
    Measurement("data", "Compares the speed of reading images with Pillow.", DataBenchmark.Run),
    Measurement(
        "serving",
        "Puts samples/WebApi under load: throughput against the bare batched model, and growth of memory.",
        ServingBenchmark.Run
    ),
    Measurement("jobs", "Compares a worker of a prediction job with PredictEachAsync, and follows its memory.", JobBenchmark.Run),
    Measurement(
        "overwrite",
        "Overwrites the files of a served model in place for two minutes under load: no answer may be wrong, and the process must live.",
        OverwriteBenchmark.Run
    ),
};
return await command.Parse(args).InvokeAsync();

static Command Measurement(string name, string description, Func<CancellationToken, JsonObject> run)
{
    var json = new Option<FileInfo?>("--json") { Description = "Also writes the figures to this file." };
    var measurement = new Command(name, description) { json };
    measurement.SetAction(
        (parsed, cancellationToken) =>
        {
            JsonObject measured = run(cancellationToken); // first, because the machine figures leave memory behind that would be reused
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
