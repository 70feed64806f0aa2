using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Processes;
using LiftPlus.Tests;
using static TorchSharp.torch;

namespace LiftPlus.DistributedProcess;

/// <summary>Represents one training, described by words with + between them, such as "lora+bfloat16+clip".</summary>
internal sealed class Case(string name, string folder, IProcessGroup group) : IProgress<TrainingProgress>
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly string[] _words = name.Split('+');
    private long _step,
        _firstAt,
        _first;

    /// <summary>Trains and says how it ended: "trained HASH METRICS", "cancelled STEP" or "refused MESSAGE".</summary>
    public string Run()
    {
        try
        {
            ImageDataset validation = TestWorld.Dataset(4, 4, 5);
            LongTailFineTuner tuner = Builder().UseProcesses(() => group).Build();
            using FineTunedModel model = _words.Contains("resume")
                ? tuner.Resume(Training(), validation, this, _cancellation.Token)
                : tuner.Fit(Training(), validation, this, _cancellation.Token);
            return $"trained {Hash(model)} {Hash(model.ValidationHistory)}";
        }
        catch (LiftPlusException e)
        {
            return $"refused {e.GetType().Name} {e.Message}";
        }
        catch (OperationCanceledException)
        {
            return $"cancelled {_step}";
        }
    }

    public void Report(TrainingProgress value)
    {
        if (value.Phase != TrainingPhase.Training)
            return;
        _step = value.Step;
        if (_words.Contains("talks"))
            Console.WriteLine($"step {value.Step}");
        if (_firstAt == 0)
            (_first, _firstAt) = (value.Step, Stopwatch.GetTimestamp());
        else if (_words.Contains("speed"))
            Console.WriteLine(
                $"{(value.Step - _first) * 16 / Stopwatch.GetElapsedTime(_firstAt).TotalSeconds:F2} images/s, data wait {value.DataWait:P1}"
            );
    }

    private LongTailFineTunerBuilder Builder()
    {
        LongTailFineTunerBuilder builder = TestWorld
            .Builder()
            .UseTraining(training => training with { AccumulationSteps = 4, LoaderWorkers = 1, Epochs = 2 })
            .UseInference(inference => inference with { BatchSize = 10 })
            .UseTestTimeEnsemble();
        foreach (string word in _words)
            Add(builder, word.Split('@'));
        return builder;
    }

    // "word@1" changes only process 1.
    private void Add(LongTailFineTunerBuilder builder, string[] word)
    {
        if (word is [_, string rank] && int.Parse(rank, CultureInfo.InvariantCulture) != group.Rank)
            return;
        _ = word[0] switch
        {
            "adaptformer" => builder.AddAdaptFormer(),
            "lora" => builder.AddLora(),
            "full" => builder.AddFullFineTuning(),
            "classifier" => builder.UseClassifierOnly(),
            "features" => builder.UseClassifierOnly().UseNoAugmentation(),
            "bfloat16" => builder.UseTraining(training => training with { Precision = Precision.BFloat16 }),
            "clip" => builder.UseTraining(training => training with { ClipGradientNorm = 0.01 }),
            "average" => builder.UseTraining(training => training with { AveragingDecay = 0.9, StartShare = 0.2 }),
            "recompute" => builder.UseTraining(training => training with { ActivationCheckpointing = true }),
            "adamw" => builder.UseAdamW().UseLearningRate(0.001),
            "balanced" => builder.UseClassBalancedSampler(),
            "sam" => builder.UseSharpness(new SharpnessOptions { Method = SharpnessMethod.Sam }),
            "imbsam" => builder.UseSharpness(new SharpnessOptions { Method = SharpnessMethod.ImbSam }),
            "noise" => builder.UseSharpness(new SharpnessOptions { Method = SharpnessMethod.GaussianNeighborhood }),
            "classmean" => builder.UseCosineClassifier(initialization: ClassifierInitialization.ClassMean),
            "linearprobe" => builder.UseCosineClassifier(initialization: ClassifierInitialization.LinearProbe),
            "random" => builder.UseCosineClassifier(initialization: ClassifierInitialization.None),
            "lade" => builder.UseLadeLoss(),
            "skip" => builder.UseTraining(training => training with { Unreadable = UnreadablePolicy.Skip, CheckImages = false }),
            "statistics" => builder.UseBackbone(CreateResNet).AddPeft(new BatchNormTuningOptions()),
            "limit" => builder.UseTraining(training => training with { TimeLimit = TimeSpan.FromSeconds(5), Epochs = 1000 }),
            "infinite" => builder.UseLinearClassifier().UseCrossEntropy().UseLearningRate(1000).UseEpochs(50),
            "rate" => builder.UseLearningRate(0.04),
            "long" => builder.UseEpochs(8),
            "six" => builder.UseTraining(training => training with { BatchSize = 6, AccumulationSteps = 6 }),
            "checkpoints" or "resume" => builder.UseCheckpoints(Path.Combine(folder, "run"), new CheckpointOptions { EverySteps = 1 }),
            "cancel" => CancelAt(builder, 3),
            "speed" => SpeedWorld.Use(builder),
            "broken" or "data" or "talks" => builder,
            "whole" => builder.UseTraining(training => training with { AccumulationSteps = 1 }),
            _ => throw new ArgumentException($"The word '{word[0]}' is not known."),
        };
    }

    private static Backbone CreateResNet()
    {
        var backbone = new Backbone(
            TestWorld.Config with
            {
                Image = new ResNetConfig
                {
                    ImageSize = 32,
                    StemWidth = 4,
                    Width = 4,
                    Depths = new ResNetDepths(1, 1, 1, 1),
                },
                Preprocess = TestWorld.Config.Preprocess with { ImageSize = 32 },
            }
        );
        backbone.Initialize(1);
        return backbone;
    }

    // Cancels when the images of the third step are read, in whichever process.
    private LongTailFineTunerBuilder CancelAt(LongTailFineTunerBuilder builder, int step)
    {
        _cancelAfterImages = (step - 1) * 8 / group.Count;
        return builder;
    }

    private int _cancelAfterImages = int.MaxValue,
        _read;

    private ImageDataset Training()
    {
        bool isBroken = _words.Contains($"broken@{group.Rank}");
        int[] counts = _words.Contains($"data@{group.Rank}") ? [20, 10, 5] : [20, 9, 5];
        if (_words.Contains("speed"))
            return SpeedWorld.Dataset();
        ImageDataset data = TestWorld.Dataset(counts);
        return new ImageDataset(
            data.Select(
                (image, place) => image with { Source = ImageSource.FromPixels(() => Read(image, isBroken && place == 7), image.Name) }
            ),
            data.ClassNames
        );
    }

    private RgbImage Read(LabeledImage image, bool isBroken)
    {
        if (Interlocked.Increment(ref _read) > _cancelAfterImages)
            _cancellation.Cancel();
        if (isBroken)
            throw new LiftPlusException("The image is broken.");
        using var pixels = new SkiaImageDecoder().Decode(image.Source);
        return RgbImage.FromPixels(pixels.ToPacked(), pixels.Width, pixels.Height);
    }

    private static string Hash(FineTunedModel model)
    {
        using var content = new ContentHash("");
        foreach ((string key, Tensor value) in TrainableParameters.State(model.Backbone, model.Classifier).OrderBy(entry => entry.Key))
            content.Add(key, value);
        return content.Value();
    }

    private static string Hash(object value) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value))));
}
