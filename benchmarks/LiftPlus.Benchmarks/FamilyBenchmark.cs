using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Native;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// One tower of each family at 224 pixels: training steps and inference as fractions of the peak of this machine, measured in turn. Rotary
/// positions and gated MLPs should cost no more than their products.
/// </summary>
internal static class FamilyBenchmark
{
    private const int Rounds = 3;

    private static readonly string[] s_names =
    [
        "CLIP ViT-B/16",
        "SigLIP ViT-B/16",
        "DINOv2 ViT-B/14",
        "DINOv3 ViT-B/16",
        "DINOv3 ViT-S+/16",
        "PE-Core B/16",
        "EVA02-CLIP B/16",
        "DINOv3 ConvNeXt-T",
        "IN1K ResNet-50",
    ];

    public static JsonObject Run(CancellationToken cancellationToken)
    {
        NativeHeap.KeepFreedMemory(); // as training does
        using var peak = new ProductPeak(float32);
        (string Name, double Training, double Inference)[] measured =
        [
            .. s_names.Select(name =>
            {
                (double training, double inference) = Measure(At224(KnownBackbones.Find(name)), peak, cancellationToken);
                return (name, training, inference);
            }),
        ];
        var figures = new JsonObject { ["peak"] = peak.ToJson() }; // the highest of all rounds measures every family
        foreach ((string name, double training, double inference) in measured)
        {
            figures[name] = new JsonObject
            {
                ["peakFraction"] = Math.Round(training / peak.PerSecond, 3),
                ["inferencePeakFraction"] = Math.Round(inference / peak.PerSecond, 3),
            };
        }

        return figures;
    }

    // Operations a second in training and in inference.
    private static (double Training, double Inference) Measure(BackboneConfig config, ProductPeak peak, CancellationToken cancellationToken)
    {
        using var step = new VitStep(config, float32);
        double forward = VitStep.BatchSize * TowerOperations.Of(config.Image),
            training = double.MaxValue,
            inference = double.MaxValue;
        step.Train(); // warm
        for (int round = 0; round < Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            peak.Again();
            training = Math.Min(training, Seconds(step.Train));
            inference = Math.Min(inference, Seconds(() => step.Infer()));
        }

        return (2 * forward / training, forward / inference);
    }

    private static BackboneConfig At224(BackboneConfig config) => config with { Image = config.Image with { ImageSize = 224 } };

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
