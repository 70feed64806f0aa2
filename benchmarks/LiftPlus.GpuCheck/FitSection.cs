using System.Text.Json.Nodes;
using LiftPlus.Data;
using LiftPlus.Samples.Shapes;
using static TorchSharp.torch;

namespace LiftPlus.GpuCheck;

/// <summary>
/// The library as users call it, on TinyClip: training with a validation set in each precision, an interrupted run that goes on, a model
/// saved, read on the device and on the CPU, and evaluated with five crops.
/// </summary>
internal static class FitSection
{
    private const double LeastAccuracy = 30; // percent of 64 classes; 5 epochs of the quick start reach about 70

    public static JsonObject Run(Plan plan)
    {
        Device device = plan.Device;
        ShapesLT world = new();
        ImageDataset train = world.Load(Split.Train);
        ImageDataset test = world.Load(Split.Test);
        if (plan.IsSmall)
            (train, test) = (Every(train, 20), Every(test, 20));
        JsonObject figures = [];
        int failed = 0;
        foreach (Mode mode in Mode.All)
        {
            if (mode.MissingOn(device) is string reason)
            {
                figures[mode.Name] = new JsonObject { ["skipped"] = reason };
                continue;
            }

            JsonObject one;
            try
            {
                one = Fit(plan, mode, train, test);
            }
            catch (Exception exception)
            {
                Console.Error.WriteLine(exception);
                one = new JsonObject { ["error"] = exception.Message.Split('\n')[0] };
                failed++;
            }

            figures[mode.Name] = one;
        }

        figures["failed"] = failed;
        return figures;
    }

    private static ImageDataset Every(ImageDataset dataset, int n) =>
        dataset.Subset(Enumerable.Range(0, dataset.Count).Where(i => i % n == 0));

    private static JsonObject Fit(Plan plan, Mode mode, ImageDataset train, ImageDataset test)
    {
        string folder = Path.Combine(plan.Output, "fit-" + mode.Name);
        string checkpoints = folder + "-run";
        try
        {
            TrainingProgress? last = null;
            using var stop = new CancellationTokenSource();
            LongTailFineTuner tuner = LongTailFineTuner
                .CreateBuilder()
                .UseBackbone(Path.Combine(AppContext.BaseDirectory, "tiny-clip"))
                .AddAdaptFormer()
                .AddLora()
                .UseCheckpoints(checkpoints)
                .UseDevice(plan.DeviceName)
                .UseTraining(t => t with { Epochs = 2, BatchSize = 32, Precision = mode.Precision, AllowTf32 = mode.IsTf32 })
                .Build();
            try
            {
                tuner
                    .Fit(train, progress: new Observer(p => stop.CancelAfter(p.Epoch > 0 ? 0 : -1)), cancellationToken: stop.Token)
                    .Dispose();
            }
            catch (OperationCanceledException) { }

            using FineTunedModel model = tuner.Resume(train, progress: new Observer(p => last = p));
            model.Inference = model.Inference with { TestTimeEnsemble = true };
            double accuracy = model.Evaluate(test).Metrics.Overall;
            model.Save(folder);
            using FineTunedModel onDevice = FineTunedModel.Load(folder, new ModelLoadOptions { Device = plan.DeviceName });
            using FineTunedModel onCpu = FineTunedModel.Load(folder, new ModelLoadOptions { Device = "cpu" });
            onCpu.Inference = model.Inference;
            double cpuAccuracy = onCpu.Evaluate(test).Metrics.Overall;
            Assert.True(plan.IsSmall || accuracy > LeastAccuracy, $"The accuracy is {accuracy:F1} %.");
            Assert.True(Math.Abs(accuracy - cpuAccuracy) < 3, $"The accuracy is {accuracy:F1} %, and {cpuAccuracy:F1} % on the CPU.");
            return new JsonObject
            {
                ["accuracy"] = Math.Round(accuracy, 2),
                ["accuracyOnCpu"] = Math.Round(cpuAccuracy, 2),
                ["largestDifference"] = Math.Round(LargestDifference(onDevice, onCpu), 6),
                ["imagesPerSecond"] = Math.Round(last!.ImagesPerSecond, 1),
                ["dataWait"] = Math.Round(last.DataWait, 3),
            };
        }
        finally
        {
            foreach (string made in new[] { folder, checkpoints }.Where(Directory.Exists))
                Directory.Delete(made, recursive: true);
        }
    }

    private static double LargestDifference(FineTunedModel onDevice, FineTunedModel onCpu)
    {
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(8, 3, 32, 32);
        using Tensor moved = images.to(onDevice.Device);
        using Tensor there = onDevice.Logits(moved);
        using Tensor back = there.cpu();
        using Tensor here = onCpu.Logits(images);
        return TensorMath.Subtract(back, here).abs().max().item<float>();
    }

    private sealed class Observer(Action<TrainingProgress> observe) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => observe(value);
    }
}
