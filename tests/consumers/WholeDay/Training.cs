using LiftPlus;

namespace WholeDay;

/// <summary>Trains models.</summary>
internal static class Training
{
    public static async Task<string> FirstModel(Desk desk)
    {
        EvaluationReport report;
        using (FineTunedModel model = await desk.Builder().Build().FitAsync(desk.Train))
        {
            report = model.Evaluate(desk.Test);
            model.Save(desk["model"]);
        }

        using FineTunedModel loaded = FineTunedModel.Load(desk["model"]);
        Prediction prediction = loaded.Predict(desk.Image("red"));
        return Desk.Check(
            prediction.ClassName == "red" && report.Metrics.Overall > 75,
            $"{prediction.ClassName}, {report.Metrics.Overall:F0} %"
        );
    }

    public static async Task<string> BestModel(Desk desk)
    {
        using FineTunedModel model = await desk.Builder().UseValidation(0.2).UseEarlyStopping().Build().FitAsync(desk.Train);
        double best = model.ValidationHistory.Max(result => result.MeanClass);
        return Desk.Check(model.ValidationHistory.Count > 1, $"the best of {model.ValidationHistory.Count} epochs, {best:F0} %");
    }

    public static async Task<string> WithinATime(Desk desk)
    {
        LongTailFineTuner tuner = desk.Builder(epochs: 1000)
            .UseTraining(training => training with { TimeLimit = TimeSpan.FromSeconds(5) })
            .Build();
        using FineTunedModel model = await tuner.FitAsync(desk.Train);
        return Desk.Check(model.TrainingTime < TimeSpan.FromHours(1), "a model of a schedule that fits the time");
    }

    public static async Task<string> Search(Desk desk)
    {
        SweepResult result = await desk.Builder()
            .Build()
            .SweepAsync(
                desk.Train,
                [new("rate 0.05", builder => builder.UseLearningRate(0.05)), new("LoRA", builder => builder.AddLora())],
                new SweepOptions { Repeats = 2 }
            );
        return Desk.Check(result.Candidates.Length == 3, $"{result.Best.Name} of {result.Candidates.Length}");
    }

    public static async Task<string> Progress(Desk desk)
    {
        using var console = new ConsoleProgress();
        List<string> lines = [];
        using FineTunedModel model = await desk.Builder(epochs: 1).Build().FitAsync(desk.Train, progress: console);
        using FineTunedModel other = await desk.Builder(epochs: 1).Build().FitAsync(desk.Train, progress: new Lines(lines));
        return Desk.Check(lines.Count > 0 && lines.TrueForAll(line => line.Length is > 0 and <= 100), lines[^1]);
    }

    private sealed class Lines(List<string> lines) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => lines.Add(value.ToString());
    }
}
