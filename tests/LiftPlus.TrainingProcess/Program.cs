// Trains in a folder until it is done or killed: writes checkpoints, metrics and, at the end, the model. Prints a line for every step.
// With "save" as the second argument it loads the model of the folder and saves it until it is killed, with a line for every time.
// With "sweep" as the second argument it runs a sweep on the folder, with a line for every step, and writes the result.
// With "fetch ADDRESS CACHE REPOSITORY" it downloads a backbone instead and prints its folder.
using LiftPlus;
using LiftPlus.Tests;

if (args is ["fetch", string address, string cache, string repository])
{
    var hub = new HuggingFaceHub(new HubOptions { Endpoint = new Uri(address), CacheFolder = cache });
    Console.WriteLine(await hub.FetchAsync(repository));
    return;
}

string folder = args[0];
if (args is [_, "save"])
{
    string saved = Path.Combine(folder, "model");
    using FineTunedModel loaded = FineTunedModel.Load(saved, new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone });
    for (int i = 0; ; i++)
    {
        loaded.Save(saved);
        Console.WriteLine(i);
    }
}

if (args is [_, "sweep"])
{
    SweepResult result = await TestWorld
        .Builder()
        .UseTraining(training => training with { LoaderWorkers = 1 })
        .UseCheckpoints(Path.Combine(folder, "not used"), new CheckpointOptions { EverySteps = 1 })
        .Build()
        .SweepAsync(
            TestWorld.Dataset(24, 12, 6),
            [new("slow", builder => builder.UseLearningRate(0.001)), new("LoRA", builder => builder.AddLora())],
            new SweepOptions { Repeats = 2, Folder = Path.Combine(folder, "sweep") },
            new SweepLines()
        );
    File.WriteAllText(Path.Combine(folder, "result.md"), result.ToString());
    return;
}

ImageDataset train = TestWorld.Dataset(20, 9, 5);
ImageDataset validation = TestWorld.Dataset(4, 4, 4);
LongTailFineTuner tuner = TestWorld
    .Builder()
    .UseTraining(training =>
        training with
        {
            Epochs = 40,
            BatchSize = 6,
            AccumulationSteps = 2,
            LoaderWorkers = 1,
            ClipGradientNorm = 1,
            AveragingDecay = 0.9,
            WarmupSteps = 7,
        }
    )
    .UseAdamW()
    .UseClassBalancedSampler()
    .UseCheckpoints(Path.Combine(folder, "run"), new CheckpointOptions { EverySteps = 1 })
    .AddMetricsFile(Path.Combine(folder, "metrics.jsonl"))
    .Build();
using FineTunedModel model = tuner.Resume(train, validation, new Lines());
model.Save(Path.Combine(folder, "model"));

internal sealed class Lines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Phase == TrainingPhase.Training)
            Console.WriteLine(value.Step);
    }
}

internal sealed class SweepLines : IProgress<SweepProgress>
{
    public void Report(SweepProgress value)
    {
        if (value.Training is { Phase: TrainingPhase.Training } training)
            Console.WriteLine($"{value.Candidate} {value.Repeat} {training.Step}");
    }
}
