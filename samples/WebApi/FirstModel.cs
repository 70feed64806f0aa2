using LiftPlus.Samples.Shapes;
using Microsoft.Extensions.Options;

namespace LiftPlus.Samples.WebApi;

/// <summary>Trains a first model with LIFT+, for two epochs on the drawn shapes of ShapesLT.</summary>
internal static class FirstModel
{
    private const int Epochs = 2;

    /// <summary>Trains and saves the model if the configured folder does not exist.</summary>
    public static async Task TrainIfMissingAsync(WebApplication app)
    {
        string folder = app.Services.GetRequiredService<IOptions<ImageClassifierOptions>>().Value.Model;
        if (Directory.Exists(folder))
            return;
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("FirstModel");
        logger.LogInformation(
            "Model folder {Folder} not found: training a small model on drawn shapes. Use your own with --Classifier:Model=path",
            folder
        );
        LongTailFineTuner tuner = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(TinyClipTask.BackboneFolder)
            .UseTraining(training =>
                training with
                {
                    Epochs = Epochs,
                    BatchSize = TinyClipTask.BatchSize,
                    LearningRate = TinyClipTask.LearningRate,
                }
            )
            .UseLogger(logger)
            .Build();
        var shapes = new ShapesLT();
        using FineTunedModel model = await tuner.FitAsync(shapes.Load(Split.Train), cancellationToken: app.Lifetime.ApplicationStopping);
        EvaluationReport report = model.Evaluate(shapes.Load(Split.Test));
        logger.LogInformation(
            "The model classifies {Accuracy:F1} % of the test images correctly ({Classes} classes)",
            report.Metrics.Overall,
            model.ClassNames.Count
        );
        model.Save(folder);
    }
}
