using System.Text.Json.Nodes;
using LiftPlus.Data;
using LiftPlus.Samples.Shapes;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Checks two things that long runs need: the training thread does not wait for images (a full-size ViT-B/16 with random weights on
/// photographs), and the numbers of tensors and bytes do not grow (300 steps of TinyClip).
/// </summary>
internal static class SmokeBenchmark
{
    private const int WaitBatch = 8;
    private const int WaitSteps = 12;
    private const int MemoryBatch = 16;
    private const int MemoryFrom = 100;

    public static JsonObject Run(CancellationToken cancellationToken) =>
        new()
        {
            ["memory"] = Memory(300, 1, cancellationToken), // first, because the memory of the large model would hide small growth
            ["loading"] = DataWait(cancellationToken),
        };

    private static JsonObject DataWait(CancellationToken cancellationToken)
    {
        using var photographs = new Photographs();
        TrainingProgress? last = null;
        LongTailFineTuner tuner = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(() =>
            {
                var backbone = new Backbone(KnownBackbones.In21kViTB16);
                backbone.Initialize(0);
                return backbone;
            })
            .UseCosineClassifier(initialization: ClassifierInitialization.None)
            .UseTraining(training => training with { Epochs = 1, BatchSize = WaitBatch })
            .Build();
        tuner
            .Fit(
                photographs.Sample(WaitBatch * WaitSteps),
                progress: new Observer(value => last = value),
                cancellationToken: cancellationToken
            )
            .Dispose();
        return new JsonObject
        {
            ["images"] = photographs.Source,
            ["model"] = KnownBackbones.In21kViTB16.Name,
            ["batchSize"] = WaitBatch,
            ["steps"] = last!.Step,
            ["imagesPerSecond"] = Math.Round(last.ImagesPerSecond, 2),
            ["dataWait"] = Math.Round(last.DataWait, 4),
        };
    }

    /// <summary>Measures live tensors and resident memory over the given number of TinyClip steps, from step 100 on.</summary>
    public static JsonObject Memory(int stepsPerEpoch, int epochs, CancellationToken cancellationToken)
    {
        var world = new ShapesLT();
        ImageDataset train = world.Load(Split.Train);
        List<long> tensors = [];
        List<long> resident = [];
        LongTailFineTuner tuner = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(Path.Combine(AppContext.BaseDirectory, "tiny-clip"))
            .UseTraining(training => training with { Epochs = epochs, BatchSize = MemoryBatch })
            .Build();
        var observer = new Observer(value =>
        {
            if (value.Phase != TrainingPhase.Training)
                return;
            tensors.Add(Tensor.TotalCount);
            resident.Add(Machine.ResidentBytes());
        });
        tuner
            .Fit(train.Subset(Enumerable.Range(0, MemoryBatch * stepsPerEpoch)), progress: observer, cancellationToken: cancellationToken)
            .Dispose();
        return new JsonObject
        {
            ["steps"] = tensors.Count,
            ["liveTensorsMost"] = tensors.Skip(MemoryFrom).Max(),
            ["liveTensorsLeast"] = tensors.Skip(MemoryFrom).Min(),
            ["residentMegabytesAt100"] = Math.Round(resident[MemoryFrom - 1] / 1e6, 1),
            ["residentMegabytesAt200"] = Math.Round(resident[MemoryFrom * 2 - 1] / 1e6, 1),
            ["residentMegabytesAtEnd"] = Math.Round(resident[^1] / 1e6, 1),
            ["residentMegabytesMost"] = Math.Round(resident.Skip(MemoryFrom).Max() / 1e6, 1),
        };
    }

    // Progress<T> would post to other threads, but the figures must belong to the reported step.
    private sealed class Observer(Action<TrainingProgress> observe) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => observe(value);
    }
}
