using System.Diagnostics;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Measures the memory of a float32 training step without the model, with all activations kept and with blocks recomputed, next to an
/// estimate.
/// </summary>
internal static class StepMemory
{
    private const string Kept = "kept";
    private const string Recomputed = "recomputed";

    public static JsonObject Compare(CancellationToken cancellationToken)
    {
        JsonObject kept = OwnProcess.Run("training", Kept, cancellationToken);
        JsonObject recomputed = OwnProcess.Run("training", Recomputed, cancellationToken);
        double Ratio(string key) => Math.Round((double)recomputed[key]! / (double)kept[key]!, 3);
        JsonObject figures = new() { ["stepRatio"] = Ratio("stepMegabytes"), ["timeRatio"] = Ratio("stepSeconds") };
        foreach ((string name, JsonObject one) in new[] { (Kept, kept), (Recomputed, recomputed) })
        {
            one.Remove("machine");
            figures[name] = one;
        }

        return figures;
    }

    /// <summary>Measures one variant; call it in a new process.</summary>
    public static JsonObject Measure(string task)
    {
        bool isRecomputed = task == Recomputed;
        using var step = new VitStep(float32) { IsRecomputed = isRecomputed };
        step.Infer(images: 1); // the library's own pages are no part of the step
        long before = Machine.ResidentBytes();
        long heapBefore = NativeHeapUse.Bytes();
        long heap = 0;
        step.Midway = () => heap = NativeHeapUse.Bytes();
        step.Train();
        step.Midway = null;
        long peak = Machine.PeakResidentBytes();
        double seconds = double.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long start = Stopwatch.GetTimestamp();
            step.Train();
            seconds = Math.Min(seconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return new JsonObject
        {
            ["peakMegabytes"] = Math.Round(peak / 1e6), // of the whole process, including the runtime
            ["stepMegabytes"] = Math.Round((peak - before) / 1e6),
            ["heldMegabytes"] = Math.Round((heap - heapBefore) / 1e6), // by tensors, before the backward pass; the rest is the heap's own
            ["estimatedStepMegabytes"] = Math.Round(VitStep.EstimatedStepBytes(isRecomputed) / 1e6),
            ["modelMegabytes"] = Math.Round(VitStep.ModelBytes / 1e6),
            ["stepSeconds"] = Math.Round(seconds, 3),
        };
    }
}
