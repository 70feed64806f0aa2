using LiftPlus.Samples.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Samples.OwnModule;

/// <summary>Trains TinyClip with the module on a few images, saves the model, loads it again and compares the logits.</summary>
public static class RoundTrip
{
    private const int Classes = 8;
    private const int ImagesPerClass = 6;

    public sealed record Result(double FirstLoss, double LastLoss, long TrainedParameters, double LogitDifference);

    public static Result Run(string folder)
    {
        List<double> losses = [];
        using FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(Path.Combine(AppContext.BaseDirectory, "tiny-clip"))
            .AddPeft(new GatedLoraOptions { Rank = 2 }) // added like a built-in method
            .UseTraining(training => training with { Epochs = 8, BatchSize = 16 })
            .UseDevice("cpu")
            .Build()
            .Fit(Images(), progress: new Losses(losses));
        model.Save(folder);

        // The recipe stores the Type of our method; the registry maps it to the record.
        ComponentRegistry components = RecipeJson.BuiltIn().Add<GatedLoraOptions>();
        using FineTunedModel loaded = FineTunedModel.Load(folder, new ModelLoadOptions { Device = "cpu", Components = components });

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        int size = model.Backbone.Config.Preprocess.ImageSize;
        Tensor images = randn(16, 3, size, size);
        Tensor difference = TensorMath.Subtract(model.Logits(images), loaded.Logits(images)).abs().max();
        return new Result(losses[0], losses[^1], model.TrainedParameterCount, difference.item<float>());
    }

    private static ImageDataset Images()
    {
        var world = new ShapesLT();
        return ImageDataset.FromImages(Draw(), world.Classes.Names.Take(Classes).ToArray());

        IEnumerable<(RgbImage, int)> Draw()
        {
            for (int i = 0; i < Classes * ImagesPerClass; i++)
            {
                using RgbImage image = world.Draw(Split.Train, i % Classes, i / Classes).ToImage();
                yield return (image, i % Classes);
            }
        }
    }

    private sealed class Losses(List<double> losses) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.Training)
                losses.Add(value.Loss);
        }
    }
}
