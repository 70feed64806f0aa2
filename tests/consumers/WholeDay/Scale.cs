using LiftPlus;

namespace WholeDay;

/// <summary>Does what one process or machine is too small for.</summary>
internal static class Scale
{
    public static async Task<string> Shards(Desk desk)
    {
        PredictionJob job = PredictionJob.Plan(
            desk["job"],
            Directory.EnumerateFiles(desk["test"], "*.png", SearchOption.AllDirectories),
            new PredictionJobOptions { Model = desk["model"], ShardSize = 10 }
        );
        using FineTunedModel model = FineTunedModel.Load(job.Model!);
        PredictionJobProgress done = await job.RunAsync(model, new PredictionWorkerOptions { Index = 0, Count = 1 });
        return Desk.Check(
            done is { ShardsDone: 3, Images: 24, Errors: 0 } && job.FindMissing().Count == 0,
            $"{done.Images} images in {done.ShardsDone} shards"
        );
    }

    // A machine without MPI: the error names the package.
    public static async Task<string> Processes(Desk desk)
    {
        LongTailFineTuner tuner = desk.Builder().UseMpi("libmpi-missing").Build();
        try
        {
            using FineTunedModel model = await tuner.FitAsync(desk.Train);
            return Desk.Check(false, "trained without a library");
        }
        catch (LiftPlusException e)
        {
            return Desk.Check(e.Message.Contains("There is no MPI library: libmpi-missing cannot be loaded."), "the library is missing");
        }
    }
}
