// Draws a long-tailed folder of images, trains on it, saves the model, loads it and predicts. Arguments: the backbone, a working folder.
using FolderTrainer;
using LiftPlus;

string backbone = args[0];
string work = args[1];
string train = Path.Combine(work, "train");
string test = Path.Combine(work, "test");
string saved = Path.Combine(work, "model");
ToyImages.Draw(train, seed: 1, count: label => 24 >> label); // 24, 12, 6, 3
ToyImages.Draw(test, seed: 2, count: _ => 6);

LongTailFineTuner tuner = LongTailFineTuner
    .CreateBuilder()
    .UseBackbone(backbone)
    .AddAdaptFormer()
    .UseTraining(training => training with { Epochs = 6, BatchSize = 15 })
    .UseDevice("cpu")
    .Build();

double accuracy;
using (FineTunedModel model = await tuner.FitAsync(ImageDataset.FromFolder(train)))
{
    EvaluationReport report = model.Evaluate(ImageDataset.FromFolder(test));
    Console.WriteLine(report.ToMarkdown());
    accuracy = report.Metrics.Overall;
    model.Save(saved);
}

string[] images = [.. Directory.GetFiles(test, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
using FineTunedModel loaded = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" });
IReadOnlyList<Prediction> predictions = loaded.Predict(images, top: 3);
int right = predictions.Count(prediction => prediction.ClassName == Path.GetFileName(Path.GetDirectoryName(prediction.Path)));
Console.WriteLine($"{right} of {images.Length} images correct after loading the model");
if (Math.Abs(accuracy - 100.0 * right / images.Length) > 1e-6)
    throw new InvalidOperationException(
        $"The loaded model classifies {right} of {images.Length} images correctly; before it was saved, accuracy was {accuracy} %."
    );
if (accuracy < 75)
    throw new InvalidOperationException($"Accuracy is {accuracy} %; at least 75 % was expected.");
