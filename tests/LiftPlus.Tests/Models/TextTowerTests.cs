using System.Collections.Immutable;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Recipe;
using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>Training against the text tower, on the samples' TinyClip.</summary>
public sealed class TextTowerTests
{
    private static readonly string s_tinyClip = Path.Combine(Repository.Root, "samples", "assets", "tiny-clip");

    public static TheoryData<string> Methods => ["coop", "clip-adapter", "projection", "text lora", "image adaptformer"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Fit_AgainstTheTexts_ChangesOnlyTheMethod_AndLoadsTheSame(string method)
    {
        PeftOptions peft = method switch
        {
            "coop" => new CoOpOptions { Length = 4 },
            "clip-adapter" => new ClipAdapterOptions(),
            "projection" => new ProjectionTuningOptions(),
            "text lora" => new LoraOptions { Tower = Tower.Text },
            _ => new AdaptFormerOptions(),
        };
        ImageDataset train = new(TestWorld.Dataset(8, 4, 2), ["blue", "red", "green"]); // misnamed: TinyClip knows the right names already
        List<double> losses = [];
        LongTailFineTuner tuner = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(s_tinyClip)
            .AddPeft(peft)
            .UseTextClassifier()
            .UseTraining(training =>
                training with
                {
                    Epochs = 8,
                    BatchSize = 14,
                    LearningRate = method is "clip-adapter" or "image adaptformer" ? 0.02 : 0.002,
                }
            )
            .Build();
        using FineTunedModel model = tuner.Fit(train, progress: new Collector(losses));
        Assert.True(losses[^1] < losses[0], string.Join(" ", losses));
        Assert.DoesNotContain(TrainableParameters.Get(model.Backbone, model.Classifier), entry => entry.Name.StartsWith("classifier."));

        string folder = TestWorld.TemporaryFolder();
        model.Save(Path.Combine(folder, "model"));
        using FineTunedModel loaded = FineTunedModel.Load(Path.Combine(folder, "model"), new ModelLoadOptions { Device = "cpu" });
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(2, 3, 32, 32),
            expected = model.Logits(images),
            found = loaded.Logits(images);
        Assert.True(expected.eq(found).all().item<bool>());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void NothingToTrain_IsZeroShot()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        using FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(s_tinyClip)
            .UseClassifierOnly()
            .UseTextClassifier()
            .Build()
            .Fit(train);
        using var zeroShot = new ZeroShotClassifier(Backbone.Load(s_tinyClip), train.Classes);
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(2, 3, 32, 32),
            expected = zeroShot.Logits(images),
            found = model.Logits(images);
        Assert.True(expected.allclose(found, 1e-5, 1e-5));
        Assert.Equal(0, model.TrainedParameterCount);
    }

    [Fact]
    public void ATextMethodWithAClassifierThatDoesNotSeeIt_IsRefused()
    {
        var builder = LongTailFineTuner.CreateBuilder().UseBackbone(s_tinyClip).AddPeft(new CoOpOptions());
        Assert.Contains("'coop' changes texts", Assert.Throws<RecipeException>(builder.Build).Message);
        builder = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(s_tinyClip)
            .UseClassifier(new TextClassifierOptions(), ClassifierInitialization.ClassMean);
        Assert.Contains("has no weights", Assert.Throws<RecipeException>(builder.Build).Message);
    }

    [Fact]
    public void SeveralTemplates_AverageUnitEmbeddings()
    {
        using Backbone backbone = Backbone.Load(s_tinyClip);
        using IDisposable noGrad = no_grad();
        string[][] texts =
        [
            ["a red circle", "a drawing of a red circle", "a big red circle"],
            ["a blue square"],
        ];
        using Tensor single = ClassTextEncoder.Encode(backbone, [.. texts.SelectMany(of => of).Select(text => new[] { text })]);
        using Tensor unit = TensorMath.Normalize(single),
            averaged = ClassTextEncoder.Encode(backbone, texts);
        using Tensor first = unit.narrow(0, 0, 3).mean([0]),
            expected = stack([first, unit[3]], 0);
        Assert.True(averaged.allclose(expected, 1e-5, 1e-6));
    }

    [Fact]
    public void ManyTexts_AreEncodedInPartsThatAreReported()
    {
        using Backbone backbone = Backbone.Load(s_tinyClip);
        using IDisposable noGrad = no_grad();
        List<double> parts = [];
        string[] colors = ["red", "blue", "green", "pink", "cyan"];
        using Tensor all = ClassTextEncoder.Encode(
            backbone,
            [.. Enumerable.Range(0, 250).Select(i => new[] { $"a {colors[i % 5]} circle" })],
            new Parts(parts)
        );
        using Tensor few = ClassTextEncoder.Encode(backbone, [.. colors.Select(color => new[] { $"a {color} circle" })]),
            repeated = few.repeat(50, 1);
        Assert.Equal([0.4, 0.8, 1], parts);
        Assert.True(all.allclose(repeated, 1e-5, 1e-6));
    }

    [Fact]
    public void ClassDescriptions_ReplaceTheTemplatesOfTheirClasses_AndAreSaved()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        LongTailFineTuner Tuner(string described) =>
            LongTailFineTuner
                .CreateBuilder()
                .UseBackbone(s_tinyClip)
                .UseClassifierOnly()
                .UseTextClassifier()
                .UseClassDescriptions(new Dictionary<string, IReadOnlyList<string>> { [described] = ["a small disc", "something round"] })
                .Build();
        string name = train.ClassNames[1];
        using FineTunedModel model = Tuner(name).Fit(train);
        using IDisposable noGrad = no_grad();
        using Backbone backbone = Backbone.Load(s_tinyClip);
        using Tensor images = randn(2, 3, 32, 32),
            features = backbone.ProjectImage(backbone.EncodeImage(images));
        using Tensor texts = ClassTextEncoder.Encode(
            backbone,
            [
                .. train.ClassNames.Select(one =>
                    one == name ? new[] { "a small disc", "something round" } : [PromptTemplates.Fill("a photo of a {}.", one)]
                ),
            ]
        );
        using Tensor expected = backbone.Logits(features, texts),
            found = model.Logits(images);
        Assert.True(expected.allclose(found, 1e-5, 1e-5));

        string folder = TestWorld.TemporaryFolder();
        model.Save(Path.Combine(folder, "model"));
        using FineTunedModel loaded = FineTunedModel.Load(Path.Combine(folder, "model"), new ModelLoadOptions { Device = "cpu" });
        using Tensor again = loaded.Logits(images);
        Assert.True(found.eq(again).all().item<bool>());
        Directory.Delete(folder, recursive: true);

        Assert.Contains(
            "the data does not contain 'no such class'",
            Assert.Throws<LiftPlusException>(() => Tuner("no such class").Fit(train)).Message
        );
    }

    [Fact]
    public void ADescriptionIsMatchedAsNamesAreEverywhere()
    {
        var train = new ImageDataset(TestWorld.Dataset(4, 2, 2).Images, ["red_disc", "caf\u00e9", "blue"]);
        IReadOnlyList<IReadOnlyList<string>> texts = ModelFactory.ClassTexts(Recipe("red disc", "cafe\u0301"), train.ClassNames);
        Assert.Equal(["about red disc"], texts[0]);
        Assert.Equal(["about cafe\u0301"], texts[1]);
        Assert.StartsWith(
            "ClassDescriptions: 'red disc' and 'red_disc' name the same class.",
            Assert.Single(RecipeValidator.Errors(Recipe("red disc", "red_disc")))
        );

        FineTuningRecipe Recipe(params string[] names) =>
            new() { ClassDescriptions = names.ToImmutableSortedDictionary(name => name, name => ImmutableArray.Create($"about {name}")) };
    }

    [Fact]
    public void NamesWithTooManyTokensAreNamedWithTheOptionThatCutsThem()
    {
        string[] names = ["owl", Long("wing"), "cat", Long("tail")];
        using Backbone backbone = Backbone.Load(s_tinyClip);
        int most = backbone.Tokenizer!.ContextLength,
            length = backbone.Tokenizer.CountTokens($"a photo of a {names[1]}.");
        string message = Refused(() => new ZeroShotClassifier(backbone, new ClassDistribution(names, [1, 1, 1, 1])));
        Assert.Contains($"takes {most} tokens with start and end, and the texts of 2 classes are longer: 'wing wing", message);
        Assert.Contains($"has {length} tokens in 'a photo of a wing", message);
        Assert.Contains("; 'tail tail", message);
        Assert.Contains("set BackboneLoadOptions.TruncateTexts", message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NamesWithTooManyTokensFailBeforeTrainingOrAreCut(bool asText)
    {
        ImageDataset train = new(TestWorld.Dataset(3, 3, 3).Images, ["owl", Long("wing"), "cat"]);
        Assert.Contains("'wing wing", Refused(() => Tuner(truncates: false).Fit(train)));
        using FineTunedModel model = Tuner(truncates: true).Fit(train);
        using Tensor texts = ClassTextEncoder.Encode(
            model.Backbone,
            [
                [Long("wing")],
                [Long("wing") + " and a tail"],
            ]
        );
        TensorAssert.Close(texts[0], texts[1], 1e-6, 1e-6, "what is cut has no effect");
        string folder = TestWorld.TemporaryFolder();
        model.Save(Path.Combine(folder, "model"));
        using FineTunedModel loaded = FineTunedModel.Load(Path.Combine(folder, "model"), new ModelLoadOptions { Device = "cpu" });
        Assert.True(loaded.Recipe.BackboneOptions.TruncateTexts);
        Directory.Delete(folder, recursive: true);

        LongTailFineTuner Tuner(bool truncates)
        {
            LongTailFineTunerBuilder builder = LongTailFineTuner
                .CreateBuilder()
                .UseBackbone(s_tinyClip, new BackboneLoadOptions { TruncateTexts = truncates })
                .UseTraining(training => training with { Epochs = 1, BatchSize = 9 })
                .UseDevice("cpu");
            return (asText ? builder.UseTextClassifier() : builder).Build();
        }
    }

    private static string Long(string word) => string.Join(' ', Enumerable.Repeat(word, 90));

    private static string Refused(Func<IDisposable> create) => Assert.Throws<LiftPlusException>(() => create().Dispose()).Message;

    private sealed class Collector(List<double> losses) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.Training)
                losses.Add(value.Loss);
        }
    }

    private sealed class Parts(List<double> into) : IProgress<double>
    {
        public void Report(double value) => into.Add(value);
    }
}
