using System.Diagnostics;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.GpuCheck;

/// <summary>
/// Training, inference and five crops of a ViT-B/16, warmed up and synchronised, over the matrix product of the same precision.
/// </summary>
internal static class SpeedSection
{
    private const int Crops = 5;

    public static JsonObject Run(Plan plan, Mode mode)
    {
        Device device = plan.Device;
        if (mode.MissingOn(device) is string reason)
            return new JsonObject { ["skipped"] = reason };
        mode.Prepare(device);
        using var step = new VitStep(device, mode.Storage, plan.Depth, plan.BatchSize, plan.FileOf("speed:" + mode.Name, ".safetensors"));
        using Tensor logits = step.Infer();
        float[] first = logits[0].cpu().data<float>().ToArray(); // before training changes the weights
        long before = GpuMemory.Used(plan);
        double inference = Seconds(plan, () => step.Infer().Dispose());
        double training = Seconds(plan, () => step.Train());
        double crops = Seconds(plan, step.InferFiveCrops);
        double peak = MatrixProduct(plan, mode, device);
        int images = plan.BatchSize;
        double Teraflops(double operations, double seconds) => Math.Round(operations / seconds / 1e12, 2);
        return new JsonObject
        {
            ["trainingImagesPerSecond"] = Math.Round(images / training, 1),
            ["inferenceImagesPerSecond"] = Math.Round(images / inference, 1),
            ["fiveCropImagesPerSecond"] = Math.Round(Math.Max(1, images / Crops) / crops, 1),
            ["matmulTeraflops"] = Teraflops(peak, 1),
            ["trainingTeraflops"] = Teraflops(2 * images * step.ForwardOperations, training),
            ["inferenceTeraflops"] = Teraflops(images * step.ForwardOperations, inference),
            ["memoryMegabytes"] = Math.Round(GpuMemory.Used(plan) / 1e6),
            ["memoryBeforeMegabytes"] = Math.Round(before / 1e6),
            ["logits"] = new JsonArray([.. first.Select(value => (JsonNode)value)]),
        };
    }

    /// <summary>The time of one of as many runs as fill the measured time, after some that are not counted.</summary>
    private static double Seconds(Plan plan, Action action)
    {
        long start = 0;
        for (int i = 0; i < plan.WarmUps; i++)
        {
            plan.Synchronize();
            start = Stopwatch.GetTimestamp();
            action();
        }

        plan.Synchronize();
        int runs = Math.Max(2, (int)(plan.MeasuredSeconds / Stopwatch.GetElapsedTime(start).TotalSeconds));
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < runs; i++)
            action();
        plan.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / runs;
    }

    // The better of a square product and the model's own largest one, in operations a second.
    private static double MatrixProduct(Plan plan, Mode mode, Device device)
    {
        using IDisposable noGrad = no_grad();
        long square = plan.IsSmall ? 512 : 8192;
        return new[] { (square, square, square), (plan.BatchSize * 197L, 768L, 3072L) }.Max(size =>
        {
            (long m, long k, long n) = size;
            using Tensor a = randn(m, k).to(mode.Storage).to(device);
            using Tensor b = randn(k, n).to(mode.Storage).to(device);
            return 2.0 * m * k * n / Seconds(plan, () => a.mm(b).Dispose());
        });
    }
}
