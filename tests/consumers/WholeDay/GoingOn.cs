using FolderTrainer;
using LiftPlus;

namespace WholeDay;

/// <summary>Goes on from runs and models.</summary>
internal static class GoingOn
{
    public static async Task<string> StoppedRun(Desk desk)
    {
        using var stop = new CancellationTokenSource();
        LongTailFineTuner tuner = desk.Builder().UseCheckpoints(desk["run"]).Build();
        bool isStopped = false;
        try
        {
            using FineTunedModel whole = await tuner.ResumeAsync(desk.Train, progress: new After(8, stop), cancellationToken: stop.Token);
        }
        catch (OperationCanceledException)
        {
            isStopped = true;
        }

        using FineTunedModel model = FineTunedModel.LoadCheckpoint(desk["run"]);
        return Desk.Check(
            isStopped && model.Predict(desk.Image("red")).ClassName.Length > 0,
            $"a model of {model.ClassNames.Count} classes"
        );
    }

    public static async Task<string> FromAModel(Desk desk)
    {
        ImageDataset more = desk.Train.Concat(desk.Test.Relabel(name => name == "red" ? "dark red" : name));
        using FineTunedModel model = await desk.Builder(epochs: 2).UseInitialModel(desk["model"]).Build().FitAsync(more);
        return Desk.Check(model.ClassNames.Contains("dark red"), string.Join(", ", model.ClassNames));
    }

    public static Task<string> Classes(Desk desk)
    {
        using FineTunedModel model = FineTunedModel.Load(desk["model"]);
        float before = model.Predict(desk.Image("red"), new PredictionOptions { Probabilities = true }).Probabilities![0];
        model.AddClass("violet", description: "a violet disc");
        model.RenameClass("violet", "purple");
        model.MergeClasses("cool", "blue", "green");
        model.RemoveClass("purple");
        return Task.FromResult(Desk.Check(model.ClassNames.Count == 3 && before >= 0, string.Join(", ", model.ClassNames)));
    }

    public static Task<string> Move(Desk desk)
    {
        using (FineTunedModel model = FineTunedModel.Load(desk["model"]))
            model.Save(desk["whole"], new ModelSaveOptions { IncludeBackbone = true });
        Directory.Move(desk["whole"], desk["moved"]);
        using FineTunedModel moved = FineTunedModel.Load(desk["moved"]);
        return Task.FromResult(Desk.Check(moved.Predict(desk.Image("red")).ClassName == "red", "found beside the model"));
    }

    private sealed class After(int steps, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private int _left = steps;

        public void Report(TrainingProgress value)
        {
            if (--_left == 0)
                stop.Cancel();
        }
    }
}
