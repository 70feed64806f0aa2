using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Peft;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Training;

/// <summary>A head trained alone on features that were computed once.</summary>
public sealed class FeatureBatchesTests
{
    private const int Epochs = 4;

    [Fact]
    public void Fit_HeadOnlyWithoutAugmentation_SeesEachImageOnce_AndTrainsTheSameHead()
    {
        ImageDataset train = TestWorld.Dataset(10, 6, 3);
        var cached = new WatchOptions();
        var uncached = new WatchOptions { HasParameter = true }; // trained, so that features may not be kept, but without effect
        float[] wanted = Train(train, uncached),
            got = Train(train, cached);

        Assert.Equal(Epochs * train.Count, uncached.ImagesSeen);
        Assert.Equal(train.Count, cached.ImagesSeen);
        Assert.Equal(wanted.Length, got.Length);
        for (int i = 0; i < wanted.Length; i++)
            Assert.Equal(wanted[i], got[i], 1e-5f);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_HeadOnlyWithAugmentation_SeesNewImagesInEveryEpoch(bool classic)
    {
        ImageDataset train = TestWorld.Dataset(5, 3, 2);
        var watch = new WatchOptions();
        Train(train, watch, classic ? new ClassicAugmentationOptions() : new MinimalistAugmentationOptions());
        Assert.Equal(Epochs * train.Count, watch.ImagesSeen);
    }

    [Fact]
    public void Fit_CancelledWhileFeaturesAreComputed_StopsAtOnce()
    {
        ImageDataset train = TestWorld.Dataset(30, 30, 30);
        using var cancellation = new CancellationTokenSource();
        LongTailFineTuner tuner = Builder(new WatchOptions(), new NoAugmentationOptions())
            .UseInference(inference => inference with { BatchSize = 8 })
            .Build();
        List<TrainingPhase> phases = [];
        Assert.ThrowsAny<OperationCanceledException>(() =>
            tuner.Fit(train, progress: new Cancelling(phases, cancellation), cancellationToken: cancellation.Token)
        );
        Assert.Equal([TrainingPhase.Preparing], phases);
    }

    private static float[] Train(ImageDataset train, WatchOptions watch, AugmentationOptions? augmentation = null)
    {
        using FineTunedModel model = Builder(watch, augmentation ?? new NoAugmentationOptions()).Build().Fit(train);
        return [.. model.Classifier.Weight!.detach().data<float>().ToArray()];
    }

    private static LongTailFineTunerBuilder Builder(WatchOptions watch, AugmentationOptions augmentation) =>
        TestWorld
            .Builder()
            .UseEpochs(Epochs)
            .UseCosineClassifier(25, ClassifierInitialization.None)
            .UseAugmentation(augmentation)
            .AddPeft(watch);

    /// <summary>Counts the images that run through the image tower.</summary>
    private sealed record WatchOptions : PeftOptions
    {
        public override string Type => "watch";

        public bool HasParameter { get; init; }

        public int ImagesSeen { get; set; }

        public override void Apply(PeftContext context) => context.Attach(context.Backbone.Image.FeatureSite, Type, () => new Watch(this));
    }

    private sealed class Watch : Adapter
    {
        private readonly WatchOptions _options;
        private readonly Parameter? idle;

        public Watch(WatchOptions options)
            : base(nameof(Watch))
        {
            _options = options;
            idle = options.HasParameter ? new Parameter(ones(1)) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor output)
        {
            _options.ImagesSeen += (int)output.shape[0];
            return output;
        }
    }

    private sealed class Cancelling(List<TrainingPhase> phases, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            phases.Add(value.Phase);
            source.Cancel();
        }
    }
}
