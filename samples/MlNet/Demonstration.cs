using LiftPlus.Samples.Shapes;
using Microsoft.ML;

namespace LiftPlus.Samples.MlNet;

/// <summary>
/// Trains a LiftPlus model on what images show ("striped red triangle"), and an ML.NET trainer on the features of that model, which learns
/// something else from them: how the thing is filled.
/// </summary>
public static class Demonstration
{
    private const int TrainPerThing = 8;
    private const int TestPerThing = 2;

    /// <summary>Represents the result of a run.</summary>
    /// <param name="Rows">The test images with the columns that the stage adds.</param>
    /// <param name="ClassAccuracy">The share of test images that the LiftPlus model classifies correctly.</param>
    /// <param name="FillAccuracy">The share of test images whose fill the ML.NET trainer classifies correctly.</param>
    public sealed record Result(IReadOnlyList<Row> Rows, double ClassAccuracy, double FillAccuracy);

    /// <summary>Represents an image, its true labels and what the stage predicts.</summary>
    public sealed class Row : Image
    {
        public string ClassName { get; set; } = "";

        public string Fill { get; set; } = "";

        public string PredictedClass { get; set; } = "";

        public float Probability { get; set; }
    }

    public static Result Run(string folder, Func<string, FineTunedModel> train)
    {
        var world = new ShapesLT();
        List<Row> training = Draw(world, Split.Train, TrainPerThing, Path.Combine(folder, "train"));
        List<Row> test = Draw(world, Split.Test, TestPerThing, Path.Combine(folder, "test"));
        using FineTunedModel model = train(Path.Combine(folder, "train"));

        var ml = new MLContext(seed: 0);
        IEstimator<ITransformer> pipeline = ml
            .Transforms.ClassifyImages(model)
            .Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Fill)))
            .AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(featureColumnName: nameof(Classified.Embedding)));
        ITransformer fitted = pipeline.Fit(ml.Data.LoadFromEnumerable(training));

        IDataView scored = fitted.Transform(ml.Data.LoadFromEnumerable(test));
        List<Row> rows = [.. ml.Data.CreateEnumerable<Row>(scored, reuseRowObject: false)];
        return new Result(
            rows,
            rows.Average(row => row.PredictedClass == row.ClassName ? 1.0 : 0),
            ml.MulticlassClassification.Evaluate(scored).MicroAccuracy
        );
    }

    /// <summary>Fine-tunes TinyClip with LIFT+ for two epochs.</summary>
    public static FineTunedModel FineTune(string images) =>
        LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(Path.Combine(AppContext.BaseDirectory, "tiny-clip"))
            .UseTraining(training => training with { Epochs = 2, BatchSize = 32 })
            .UseDevice("cpu")
            .Build()
            .Fit(ImageDataset.FromFolder(images));

    private static List<Row> Draw(ShapesLT world, Split split, int perThing, string folder)
    {
        List<Row> rows = [];
        foreach ((int label, Thing thing) in world.Things.Index())
        {
            string place = Directory.CreateDirectory(Path.Combine(folder, thing.Name)).FullName;
            for (int i = 0; i < perThing; i++)
            {
                var row = new Row
                {
                    ImagePath = Path.Combine(place, $"{i}.png"),
                    ClassName = thing.Name,
                    Fill = thing.Fill,
                };
                File.WriteAllBytes(row.ImagePath, world.Draw(split, label, i).ToPng());
                rows.Add(row);
            }
        }

        return rows;
    }
}
