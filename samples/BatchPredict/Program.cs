// Classifies an archive of images with any number of workers:
//   BatchPredict plan JOB MODEL IMAGES   divides the tar files or images in a folder into shards
//   BatchPredict run JOB                 is a worker; start as many as you like, on every machine that reaches the folders
//   BatchPredict status JOB              says which shards are missing
// Without arguments it draws four tar files of shapes, and is a worker that classifies them with the TinyClip beside the program.
using System.Runtime.InteropServices;
using LiftPlus;
using LiftPlus.Samples.BatchPredict;

const int Listed = 20; // missing shards

using CancellationTokenSource stop = new();
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop); // Kubernetes and Slurm send it
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    return await RunAsync();
}
catch (LiftPlusException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. The next run goes on.");
    return 2;
}

async Task<int> RunAsync()
{
    switch (args)
    {
        case ["plan", string folder, string model, string images]:
            FineTunedModel.Load(model).Dispose(); // a wrong one fails here, and not in every worker
            PredictionJob plan = PredictionJob.Plan(folder, Archive.Find(images), new PredictionJobOptions { Model = model });
            Console.WriteLine($"{plan.ShardCount} shards are planned in {Path.GetFullPath(plan.Folder)}.");
            return 0;
        case ["run", string folder]:
            PredictionJob job = PredictionJob.Open(folder);
            using (FineTunedModel model = FineTunedModel.Load(job.Model ?? throw new LiftPlusException($"{folder} names no model.")))
                await WorkAsync(job, model);
            return 0;
        case ["status", string folder]:
            PredictionJob planned = PredictionJob.Open(folder);
            IReadOnlyList<int> missing = planned.FindMissing(stop.Token);
            Console.WriteLine($"{planned.ShardCount - missing.Count} of {planned.ShardCount} shards are complete.");
            if (missing.Count > 0)
                Console.WriteLine($"missing: {string.Join(", ", missing.Take(Listed))}{(missing.Count > Listed ? " ..." : "")}");
            return 0;
        case [] or ["demo", _]:
            string demo = args.Length == 0 ? "out/batch-predict" : args[1];
            using (ZeroShotClassifier classifier = Demo.LoadClassifier())
                await WorkAsync(Demo.OpenJob(demo), classifier);
            return 0;
        default:
            Console.Error.WriteLine("Usage: BatchPredict [plan JOB MODEL IMAGES | run JOB | status JOB | demo FOLDER]");
            return 1;
    }
}

async Task WorkAsync(PredictionJob job, IImageClassifier classifier)
{
    PredictionJobProgress done = await job.RunAsync(classifier, progress: new Lines(), cancellationToken: stop.Token);
    Console.WriteLine(
        $"{done.ShardsDone} of this worker's {done.Shards} shards are in {Path.GetFullPath(Path.Combine(job.Folder, "parts"))}."
    );
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

internal sealed class Lines : IProgress<PredictionJobProgress>
{
    public void Report(PredictionJobProgress value) =>
        Console.WriteLine($"{value.ShardsDone}/{value.Shards} shards, {value.Images:N0} images in this run, {value.Errors:N0} errors");
}
