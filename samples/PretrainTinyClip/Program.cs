// Pre-trains TinyClip, the small CLIP in samples/assets, on a world of drawn shapes. Arguments: the output folder, the number of steps.
using System.Diagnostics;
using LiftPlus;
using LiftPlus.Backbones;
using LiftPlus.Samples.Pretraining;
using LiftPlus.Samples.Shapes;
using LiftPlus.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

string folder = args.ElementAtOrDefault(0) ?? "out/tiny-clip";
PretrainingOptions options = new();
if (args.Length > 1)
    options = options with { Steps = int.Parse(args[1]) };

set_num_threads(Environment.ProcessorCount);
manual_seed(options.Seed);
Stopwatch clock = Stopwatch.StartNew();

// 1. The vocabulary, from 20,000 captions of the world.
Directory.CreateDirectory(folder);
BytePairTrainer vocabulary = new(Captions(options.Seed, 20_000), maxMerges: 256);
vocabulary.Save(folder);
ClipTokenizer tokenizer = ClipTokenizer.Load(folder, TinyClip.ContextLength);
BackboneConfig config = TinyClip.Config(tokenizer.VocabularySize);

// 2. The images, and 3. the model.
World world = new(options.Seed, Split.Pretraining, options.ImagesPerThing, TinyClip.ImageSize);
using Backbone model = new(config);
model.Initialize(options.Seed);
Console.WriteLine(
    $"{model.ParameterCount:N0} parameters, {config.Text!.VocabularySize} tokens, {clock.Elapsed.TotalSeconds:0.0} s to draw the world"
);
Trainer.Train(model, world, tokenizer, options);
model.to(float16);
model.Save(folder, tokenizer);

// 4. Zero-shot accuracy of the saved model.
World heldOut = new(options.Seed, Split.HeldOut, 2, TinyClip.ImageSize);
double own = ZeroShot(heldOut.ToDataset());
double task = ZeroShot(new ShapesLT().Load(Split.Test));
Console.WriteLine(
    $"zero-shot: {own:0.0} % of {Words.AllThings.Count} things in the pre-training style, "
        + $"{task:0.0} % of {ShapesLT.ClassCount} ShapesLT classes"
);
Console.WriteLine($"wrote {folder} in {clock.Elapsed.TotalMinutes:0.0} min");

double ZeroShot(ImageDataset data)
{
    using ZeroShotClassifier classifier = new(Backbone.Load(folder), data.Classes);
    return classifier.Evaluate(data).Metrics.Overall;
}

static IEnumerable<string> Captions(int seed, int count)
{
    Dice dice = new(seed, 78);
    string[] backgrounds = [.. CaptionedImages.BackgroundWords];
    for (int i = 0; i < count; i++)
        yield return CaptionedImages.Caption(dice.Pick(Words.AllThings), dice.Chance(0.5), dice.Pick(backgrounds), ref dice);
}
