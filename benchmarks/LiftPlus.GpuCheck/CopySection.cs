using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.GpuCheck;

/// <summary>
/// Whether copies to the device overlap the steps: steps on images that are there, on images that are brought, and copies alone.
/// </summary>
internal static class CopySection
{
    public static JsonObject Run(Plan plan)
    {
        Device device = plan.Device;
        if (device.type != DeviceType.CUDA)
            return new JsonObject { ["skipped"] = "no CUDA: there is nothing to copy to" };
        Mode mode = Mode.Named("bfloat16");
        mode.Prepare(device);
        using var step = new VitStep(device, mode.Storage, plan.Depth, plan.BatchSize);
        Tensor host = rand(plan.BatchSize, 3, 224, 224).pin_memory();
        step.Train();
        plan.Synchronize();
        int steps = plan.IsSmall ? 2 : 20;

        double resident = Seconds(() =>
        {
            for (int i = 0; i < steps; i++)
                step.Train();
        });
        double copies = Seconds(() =>
        {
            for (int i = 0; i < steps; i++)
                host.to(device, copy: true).Dispose();
        });
        IEnumerable<ImageBatch> Batches() =>
            Enumerable.Range(0, steps).Select(_ => new ImageBatch(host.alias(), zeros(1, dtype: int64), []));
        double brought = Seconds(() =>
        {
            foreach (ImageBatch batch in DeviceBatches.OneAhead(Batches(), device))
            {
                step.Train(batch.Images);
                batch.Dispose();
            }
        });
        return new JsonObject
        {
            ["stepMilliseconds"] = Math.Round(1e3 * resident / steps, 2),
            ["copyMilliseconds"] = Math.Round(1e3 * copies / steps, 2),
            ["stepWithCopyMilliseconds"] = Math.Round(1e3 * brought / steps, 2),
            ["copyGigabytesPerSecond"] = Math.Round(host.numel() * sizeof(float) * steps / copies / 1e9, 1),
            ["overlap"] = Math.Round(Math.Clamp((resident + copies - brought) / copies, 0, 1), 3),
        };

        double Seconds(Action action)
        {
            plan.Synchronize();
            long start = Stopwatch.GetTimestamp();
            action();
            plan.Synchronize();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }
}
