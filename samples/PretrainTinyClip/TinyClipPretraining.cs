using LiftPlus.Backbones;
using LiftPlus.Samples.Shapes;
using LiftPlus.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Samples.Pretraining;

/// <summary>Pre-trains TinyClip from its vocabulary to a model folder.</summary>
internal static class TinyClipPretraining
{
    /// <summary>Trains TinyClip and writes it to a folder. The folder only exists once it is complete.</summary>
    /// <param name="strength">The steps and the world.</param>
    /// <param name="folder">The model folder to write; an existing one is replaced.</param>
    /// <param name="report">Receives a line about every 50 steps.</param>
    /// <param name="cancellationToken">Stops the training; nothing is written.</param>
    public static void Run(Strength strength, string folder, Action<string> report, CancellationToken cancellationToken = default)
    {
        string part = folder.TrimEnd(Path.DirectorySeparatorChar) + ".part";
        Directory.CreateDirectory(part);
        PretrainingOptions options = new() { Steps = strength.Steps };
        manual_seed(options.Seed);

        // 1. The vocabulary, from 20,000 captions of the world.
        BytePairTrainer vocabulary = new(Captions(options.Seed, 20_000), maxMerges: 256);
        vocabulary.Save(part);
        ClipTokenizer tokenizer = ClipTokenizer.Load(part, TinyClip.ContextLength);
        BackboneConfig config = TinyClip.Config(tokenizer.VocabularySize);

        // 2. The images, and 3. the model.
        World world = new(options.Seed, Split.Pretraining, options.ImagesPerThing, TinyClip.ImageSize, strength.TaskStyle);
        using Backbone model = new(config);
        model.Initialize(options.Seed);
        report($"{model.ParameterCount:N0} parameters, {config.Text!.VocabularySize} tokens");
        Trainer.Train(model, world, tokenizer, options, report, cancellationToken);
        model.to(float16);
        model.Save(part, tokenizer);

        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.Move(part, folder);
    }

    /// <summary>Measures zero-shot accuracy in percent.</summary>
    public static double ZeroShot(string folder, ImageDataset data)
    {
        using ZeroShotClassifier classifier = new(Backbone.Load(folder), data.Classes);
        return classifier.Evaluate(data).Metrics.Overall;
    }

    private static IEnumerable<string> Captions(int seed, int count)
    {
        Dice dice = new(seed, 78);
        string[] backgrounds = [.. CaptionedImages.BackgroundWords];
        for (int i = 0; i < count; i++)
            yield return CaptionedImages.Caption(dice.Pick(Words.AllThings), dice.Chance(0.5), dice.Pick(backgrounds), ref dice);
    }
}
