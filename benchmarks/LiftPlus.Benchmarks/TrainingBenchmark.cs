using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Nodes;
using LiftPlus.Native;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// The training step against the fastest product of this machine, ONNX Runtime and plain PyTorch, and what surrounds it: precision, test-
/// time ensembling, the loop, memory. Figures that are compared are measured in turn, so that a machine that slows down slows all of
/// them.
/// </summary>
internal static class TrainingBenchmark
{
    private const int Rounds = 5;

    // Without these instructions libtorch takes minutes for one step in bfloat16. Other architectures than x86 are measured in any case.
    private static readonly bool s_hasBFloat16 = !X86Base.IsSupported || HasAvx512Bf16;

    public static JsonObject Run(CancellationToken cancellationToken)
    {
        if (OwnProcess.Task is string task)
        {
            NativeHeap.KeepFreedMemory(); // as training does
            return StepMemory.Measure(task);
        }

        JsonObject figures = RunSteps(cancellationToken);
        figures["tteOverFiveCrops"] = Ensemble(cancellationToken);
        figures["activationMemory"] = StepMemory.Compare(cancellationToken);
        figures["loop"] = LoopBenchmark.Run(cancellationToken);
        return figures;
    }

    /// <summary>Measures training and inference in both precisions, relative to the matrix product and to plain PyTorch.</summary>
    public static JsonObject RunSteps(CancellationToken cancellationToken)
    {
        NativeHeap.KeepFreedMemory(); // as training does
        var figures = new JsonObject { ["model"] = $"ViT-B/16, AdaptFormer, {VitStep.ClassCount} classes, batch {VitStep.BatchSize}" };
        JsonObject fp32 = Measure(float32, cancellationToken);
        JsonObject? bf16 = s_hasBFloat16 ? Measure(bfloat16, cancellationToken) : null;
        double? Ratio(string key) => bf16 is null ? null : Math.Round((double)bf16[key]! / (double)fp32[key]!, 3);
        figures["peakFraction"] = fp32["peakFraction"]!.DeepClone();
        figures["inferencePeakFraction"] = fp32["inferencePeakFraction"]!.DeepClone();
        figures["bf16PeakFraction"] = bf16?["peakFraction"]!.DeepClone();
        figures["bf16InferencePeakFraction"] = bf16?["inferencePeakFraction"]!.DeepClone();
        figures["overOnnxRuntime"] = OnnxRuntimeBenchmark.Run(cancellationToken);
        figures["bf16OverFp32"] = Ratio("trainingImagesPerSecond");
        figures["bf16OverFp32Inference"] = Ratio("inferenceImagesPerSecond");
        figures["hasAvx512Bf16"] = HasAvx512Bf16;
        figures["fp32"] = fp32;
        figures["bf16"] = bf16 ?? new JsonObject { ["skipped"] = "this processor does not multiply bfloat16" };
        figures["plainPyTorch"] = PlainPyTorch.Compare(fp32, bf16, cancellationToken);
        return figures;
    }

    private static JsonObject Measure(ScalarType type, CancellationToken cancellationToken)
    {
        using var step = new VitStep(type);
        using var peak = new ProductPeak(type);
        double training = double.MaxValue;
        double inference = double.MaxValue;
        step.Train(); // warm
        for (int round = 0; round < Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            peak.Again();
            training = Math.Min(training, Seconds(step.Train));
            for (int i = 0; i < 3; i++) // together as long as a training step, so that both see the same noise
                inference = Math.Min(inference, Seconds(() => step.Infer()));
        }

        peak.Again();
        return new JsonObject
        {
            ["peak"] = peak.ToJson(),
            ["linearProduct"] = step.Measured,
            ["trainingImagesPerSecond"] = Math.Round(VitStep.BatchSize / training, 3),
            ["inferenceImagesPerSecond"] = Math.Round(VitStep.BatchSize / inference, 3),
            ["peakFraction"] = Math.Round(2 * VitStep.ForwardOperations / training / peak.PerSecond, 3),
            ["inferencePeakFraction"] = Math.Round(VitStep.ForwardOperations / inference / peak.PerSecond, 3),
        };
    }

    // Time of five passes with one crop, relative to one pass with five crops.
    private static double Ensemble(CancellationToken cancellationToken)
    {
        const int crops = 5;
        const int rounds = 2;
        using var step = new VitStep(float32);
        double single = double.MaxValue;
        double ensemble = double.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ensemble = Math.Min(ensemble, Seconds(step.InferEnsemble));
            for (int repeat = 0; repeat < 2; repeat++)
                single = Math.Min(single, Seconds(() => step.Infer()));
        }

        return Math.Round(crops * single / ensemble, 3);
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static bool HasAvx512Bf16 => X86Base.IsSupported && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
}
