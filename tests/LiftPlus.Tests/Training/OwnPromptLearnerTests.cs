using LiftPlus.Backbones;
using LiftPlus.Models;
using LiftPlus.Peft;
using LiftPlus.Sites;
using LiftPlus.TestSupport;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Tests;

/// <summary>A prompt learner from outside the library enters as CoOp does, and trains.</summary>
public sealed class OwnPromptLearnerTests
{
    private static readonly string s_tinyClip = Path.Combine(Repository.Root, "samples", "assets", "tiny-clip");

    [Fact]
    public void ItTrainsAndLoadsTheSame()
    {
        using TemporaryFolder folder = new();
        ImageDataset train = new(TestWorld.Dataset(8, 4, 2), ["blue", "red", "green"]); // misnamed: TinyClip knows the right names already
        Losses losses = new();
        using FineTunedModel model = Builder()
            .UseTextClassifier()
            .UseEpochs(8)
            .UseBatchSize(14)
            .UseLearningRate(0.002)
            .Build()
            .Fit(train, progress: losses);
        Assert.True(losses.Values[^1] < losses.Values[0], string.Join(" ", losses.Values));
        Assert.All(TrainableParameters.Get(model.Backbone, model.Classifier), entry => Assert.Contains("prefix", entry.Name));

        model.Save(folder["model"]);
        using FineTunedModel loaded = FineTunedModel.Load(
            folder["model"],
            new ModelLoadOptions { Device = "cpu", Components = RecipeJson.BuiltIn().Add<PrefixOptions>() }
        );
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(2, 3, 32, 32),
            expected = model.Logits(images),
            found = loaded.Logits(images);
        Assert.True(expected.eq(found).all().item<bool>());
    }

    [Fact]
    public void ItsTemplateMakesTheClassTexts()
    {
        FineTuningRecipe recipe = Builder().UseTextClassifier().UsePromptTemplates("a drawing of a {}").Build().Recipe;
        Assert.Equal(
            [
                ["X X red"],
                ["X X blue"],
            ],
            ModelFactory.ClassTexts(recipe, ["red", "blue"])
        );
        Assert.DoesNotContain("NeedsTextClassifier", RecipeJson.Write(recipe));
    }

    [Fact]
    public void ItIsCheckedAsCoOpIs()
    {
        Assert.StartsWith("Peft: 'prefix' changes texts", Error(Builder()));
        Assert.StartsWith(
            "ClassDescriptions: 'prefix' brings its own words",
            Error(Builder().UseTextClassifier().UseClassDescriptions(new Dictionary<string, string> { ["red"] = "a red one" }))
        );
        Assert.StartsWith(
            "Peft: 'prefix' (X X {}) and 'coop' (a photo of a {}.) each bring",
            Error(Builder().UseTextClassifier().AddCoOp(new CoOpOptions { Start = CoOpStart.PhotoPrompt }))
        );
    }

    private static LongTailFineTunerBuilder Builder() =>
        LongTailFineTuner.CreateBuilder().UseBackbone(s_tinyClip).UseDevice("cpu").AddPeft(new PrefixOptions());

    private static string Error(LongTailFineTunerBuilder builder) => Assert.Single(Assert.Throws<RecipeException>(builder.Build).Errors);

    private sealed class Losses : IProgress<TrainingProgress>
    {
        public List<double> Values { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.Training)
                Values.Add(value.Loss);
        }
    }

    private sealed record PrefixOptions : PeftOptions
    {
        public override string Type => "prefix";

        public override bool NeedsTextClassifier => true;

        public override string PromptTemplate => "X X {}";

        public override void Apply(PeftContext context)
        {
            TextEncoder text = context.Backbone.RequireText();
            context.Attach(text.EmbeddingSite, Type, () => new PrefixAdapter(text.FeatureDimension, context.Random));
        }
    }

    // Two learned vectors in place of the first two words.
    private sealed class PrefixAdapter : Adapter
    {
        private readonly Parameter prefix; // (2, W)

        public PrefixAdapter(long width, Generator random)
            : base(nameof(PrefixAdapter))
        {
            prefix = new Parameter(empty(2, width).normal_(0, 0.02, random));
            RegisterComponents();
        }

        public override Tensor forward(Tensor ids, Tensor embeddings) // (M, T), (M, T, W)
        {
            (long m, long t, long w) = (embeddings.shape[0], embeddings.shape[1], embeddings.shape[2]);
            return cat([embeddings.narrow(1, 0, 1), prefix.expand(m, 2, w), embeddings.narrow(1, 3, t - 3)], 1);
        }
    }
}
