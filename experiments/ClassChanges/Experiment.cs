using System.Diagnostics;
using LiftPlus.Samples;

namespace LiftPlus.Experiments.ClassChanges;

/// <summary>Adds classes to a trained model, and compares it with a model that is trained with them from the beginning.</summary>
internal sealed class Experiment(int seed, int epochs, Action<string> log, CancellationToken cancellationToken)
{
    private static readonly int[] s_images = [1, 5, 20];

    private readonly ClassWorld _world = new(seed);

    /// <summary>Gets the software and machine of the runs.</summary>
    public RunEnvironment? Environment { get; private set; }

    public IEnumerable<ChangeResult> Run()
    {
        foreach (bool words in (bool[])[true, false])
        {
            string folder = Directory.CreateTempSubdirectory("liftplus-classes-").FullName;
            try
            {
                using (FineTunedModel model = Train(_world.OldImages(), words))
                {
                    model.Save(Path.Combine(folder, "model"));
                    yield return Measure(model, 0, words, "before", TimeSpan.Zero);
                }

                foreach (int images in words ? [0, .. s_images] : s_images)
                    yield return Add(Path.Combine(folder, "model"), images, words);
                foreach (int images in s_images)
                {
                    var clock = Stopwatch.StartNew();
                    using FineTunedModel model = Train(_world.AllImages(images), words);
                    yield return Measure(model, images, words, "train", clock.Elapsed);
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private ChangeResult Add(string folder, int images, bool words)
    {
        using FineTunedModel model = FineTunedModel.Load(folder, cancellationToken: cancellationToken);
        IReadOnlyList<ImageSource>[] sources = [.. _world.NewNames.Select(name => _world.NewImages(name, images))];
        var clock = Stopwatch.StartNew();
        foreach ((string name, IReadOnlyList<ImageSource> of) in _world.NewNames.Zip(sources))
            model.AddClass(name, of, cancellationToken: cancellationToken);
        return Measure(model, images, words, "add", clock.Elapsed);
    }

    private FineTunedModel Train(ImageDataset images, bool words)
    {
        LongTailFineTunerBuilder builder = TinyClipTask
            .CreateBuilder(new Contender("LIFT+", _ => { }), seed, epochs)
            .UseBackbone(TinyClipTask.WeakBackboneFolder)
            .UseTraining(training => training with { CheckImages = false });
        if (!words)
            builder = builder.UseCosineClassifier(initialization: ClassifierInitialization.ClassMean);
        return builder.Build().Fit(images, cancellationToken: cancellationToken);
    }

    private ChangeResult Measure(FineTunedModel model, int images, bool words, string method, TimeSpan time)
    {
        EvaluationReport report = model.Evaluate(_world.TestImages(model.ClassNames), cancellationToken: cancellationToken);
        Environment = report.Environment;
        double? Mean(IEnumerable<string> names) =>
            names.Intersect(model.ClassNames).Average(name => report.Metrics.PerClass[report.Classes.Names.IndexOf(name)]);
        var result = new ChangeResult(
            images,
            words,
            method,
            Mean(_world.OldNames)!.Value,
            Mean(_world.NewNames),
            report.Metrics.MeanClass,
            time.TotalSeconds
        );
        log($"seed {seed}: {result}");
        return result;
    }
}
