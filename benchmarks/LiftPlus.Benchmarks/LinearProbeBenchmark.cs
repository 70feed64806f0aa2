using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Data;
using LiftPlus.Peft;
using LiftPlus.Samples.Shapes;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>Times five epochs of a linear probe of TinyClip, with features computed once and with images read in every epoch.</summary>
internal static class LinearProbeBenchmark
{
    private const int Epochs = 5;
    private const int Images = 2000;

    public static JsonObject Run(CancellationToken cancellationToken)
    {
        var world = new ShapesLT();
        ImageDataset all = world.Load(Split.Train);
        ImageDataset train = all.Subset(Enumerable.Range(0, Images).Select(i => (int)((long)i * all.Count / Images)));
        (double without, double epochsWithout) = Time(train, isCached: false, cancellationToken);
        (double with, double epochsWith) = Time(train, isCached: true, cancellationToken);
        return new JsonObject
        {
            ["epochs"] = Epochs,
            ["secondsWithout"] = Math.Round(without, 2),
            ["secondsWith"] = Math.Round(with, 2),
            // The whole run includes the pass that computes the features, so the speedup is at most about the number of epochs.
            ["speedup"] = Math.Round(without / with, 2),
            ["epochSpeedup"] = Math.Round(epochsWithout / epochsWith, 1),
        };
    }

    private static (double Whole, double Epochs) Time(ImageDataset train, bool isCached, CancellationToken cancellationToken)
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(Path.Combine(AppContext.BaseDirectory, "tiny-clip"))
            .UseClassifierOnly()
            .UseNoAugmentation()
            .UseCosineClassifier(initialization: ClassifierInitialization.None)
            .UseTraining(training => training with { Epochs = Epochs, BatchSize = 32 });
        LongTailFineTuner tuner = (isCached ? builder : builder.AddPeft(new IdleOptions())).Build();
        long start = Stopwatch.GetTimestamp();
        long firstEpoch = start;
        var observer = new Observer(value =>
        {
            if (value.Phase == TrainingPhase.Preparing)
                firstEpoch = Stopwatch.GetTimestamp();
        });
        tuner.Fit(train, progress: observer, cancellationToken: cancellationToken).Dispose();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, Stopwatch.GetElapsedTime(firstEpoch).TotalSeconds);
    }

    private sealed class Observer(Action<TrainingProgress> observe) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => observe(value);
    }

    // Adds a trained parameter without effect to the backbone, so that features cannot be reused.
    private sealed record IdleOptions : PeftOptions
    {
        public override string Type => "idle";

        public override void Apply(PeftContext context) => context.Attach(context.Backbone.Image.FeatureSite, Type, () => new Idle());
    }

    private sealed class Idle : Adapter
    {
        private readonly Parameter idle = new(zeros(1));

        public Idle()
            : base(nameof(Idle)) => RegisterComponents();

        public override Tensor forward(Tensor input, Tensor output) => output;
    }
}
