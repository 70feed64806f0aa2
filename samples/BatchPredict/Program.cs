// Classifies an archive of images with any number of workers:
//   BatchPredict plan JOB MODEL IMAGES   divides the tar files or images in a folder into shards
//   BatchPredict run JOB                 is a worker; start as many as you like, on every machine that reaches the folders
// Without arguments it draws four tar files of shapes, and is a worker that classifies them with the TinyClip beside the program.
using System.Runtime.InteropServices;
using LiftPlus;
using LiftPlus.Samples.BatchPredict;

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
            string[] files = Directory.GetFiles(images, "*.tar");
            PredictionJob plan = PredictionJob.Plan(
                folder,
                files.Length > 0 ? files.Order(StringComparer.Ordinal) : Directory.EnumerateFiles(images).Order(StringComparer.Ordinal),
                new PredictionJobOptions { Model = model }
            );
            Console.WriteLine($"{plan.ShardCount} shards are planned.");
            return 0;
        case ["run", string folder]:
            PredictionJob job = PredictionJob.Open(folder);
            using (FineTunedModel model = FineTunedModel.Load(job.Model ?? throw new LiftPlusException($"{folder} names no model.")))
                await WorkAsync(job, model);
            return 0;
        case [] or ["demo", _]:
            string demo = args.Length == 0 ? "out/batch-predict" : args[1];
            using (ZeroShotClassifier classifier = Demo.LoadClassifier())
                await WorkAsync(Demo.OpenJob(demo), classifier);
            return 0;
        default:
            Console.Error.WriteLine("Usage: BatchPredict [plan JOB MODEL IMAGES | run JOB | demo FOLDER]");
            return 1;
    }
}

async Task WorkAsync(PredictionJob job, IImageClassifier classifier)
{
    PredictionJobProgress done = await job.RunAsync(classifier, progress: new Lines(), cancellationToken: stop.Token);
    Console.WriteLine($"{done.ShardsDone} of {done.Shards} shards are in {Path.GetFullPath(Path.Combine(job.Folder, "parts"))}.");
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
