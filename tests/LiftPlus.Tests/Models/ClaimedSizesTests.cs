using System.Reflection;
using System.Text.Json.Nodes;
using LiftPlus.Recipe;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Models;

/// <summary>Model folders of a few kilobytes whose recipe claims sizes that the tensors beside it do not have.</summary>
public sealed class ClaimedSizesTests : IClassFixture<ClaimedSizesTests.SmallModel>
{
    private const long AnyMemory = 64L << 20;

    // Settings that take no memory, whatever their value is. No method is among them: the file has no tensors of one.
    private static readonly (string Record, string Number)[] s_harmless =
    [
        (nameof(TrainingOptions), nameof(TrainingOptions.Seed)),
        (nameof(CappedSamplerOptions), nameof(CappedSamplerOptions.Cap)),
    ];

    private readonly SmallModel _model;

    public ClaimedSizesTests(SmallModel model) => _model = model;

    /// <summary>Gets every whole number of every record in a recipe: the record's name, the number's name.</summary>
    public static TheoryData<string, string> Numbers
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (object record in Records)
            {
                foreach (PropertyInfo number in record.GetType().GetProperties().Where(IsNumber))
                    rows.Add(record.GetType().Name, number.Name);
            }

            return rows;
        }
    }

    private static IEnumerable<object> Records =>
        [.. BuiltInComponents.All, new TrainingOptions(), new EarlyStoppingOptions(), new InferenceOptions(), new BackboneLoadOptions()];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void AnEndlessNumberIsRefusedBeforeAnythingIsMade(string record, string number)
    {
        foreach (long value in new[] { int.MaxValue, 2_000_000_001, (long)int.MaxValue + 1 })
        {
            string folder = _model.WithRecipe(recipe => Part(recipe, record)[number] = value);
            if (s_harmless.Contains((record, number)) && value <= int.MaxValue)
                Load(folder).Dispose();
            else
                Refuse(folder);
        }
    }

    // In range, but more than the tensor file holds.
    [Theory]
    [InlineData("adaptformer", "Dimension", 60_000)]
    [InlineData("adapter", "Dimension", 60_000)]
    [InlineData("lora", "Rank", 60_000)]
    [InlineData("prompt", "Length", 60_000)]
    [InlineData("coop", "Length", 999)]
    [InlineData("clip-adapter", "Dimension", 60_000)]
    public void ASizeThatTheTensorFileDoesNotHaveIsRefused(string method, string size, int value)
    {
        string folder = _model.WithRecipe(recipe =>
        {
            recipe["Peft"] = new JsonArray(new JsonObject { ["Type"] = method, [size] = value });
            if (method is "coop" or "clip-adapter")
                recipe["Classifier"] = new JsonObject { ["Type"] = "text" };
        });
        Assert.Contains($"too few for the sizes in the recipe: '{method}'", Refuse(folder));
    }

    [Fact]
    public void ClassesThatTheTensorFileDoesNotHaveAreRefused()
    {
        string folder = _model.WithManifest(manifest =>
            manifest["Classes"] = new JsonArray([
                .. Enumerable.Range(0, 20_000).Select(i => new JsonObject { ["Name"] = $"{i}", ["TrainingImages"] = 1 }),
            ])
        );
        Assert.Contains("too few for the sizes in the recipe: 'cosine'", Refuse(folder));
    }

    [Fact]
    public void TemplatesTimesClassesAreBounded()
    {
        string folder = _model.WithManifest(manifest =>
        {
            manifest["Classes"] = new JsonArray([
                .. Enumerable.Range(0, 5_000).Select(i => new JsonObject { ["Name"] = $"{i}", ["TrainingImages"] = 1 }),
            ]);
            manifest["Recipe"]!["PromptTemplates"] = new JsonArray([
                .. Enumerable.Repeat("{}", 5_000).Select(text => JsonValue.Create(text)),
            ]);
            manifest["Recipe"]!["Classifier"] = new JsonObject { ["Type"] = "text" };
        });
        Assert.Contains("25,000,000 texts", Refuse(folder));
    }

    [Fact]
    public void ANewRunWithAnAbsurdSizeIsRefused()
    {
        LongTailFineTunerBuilder builder = TestWorld.Builder().AddPeft(new LoraOptions { Rank = 3_000_000 });
        Assert.Contains("Rank is 3000000; give at most", Assert.Throws<RecipeException>(builder.Build).Message);
    }

    // The components that a recipe holds by default are replaced by the record's own kind.
    private static JsonNode Part(JsonNode recipe, string record)
    {
        object options = Records.Single(candidate => candidate.GetType().Name == record);
        if (options is ComponentOptions component)
        {
            var node = new JsonObject { ["Type"] = component.Type };
            switch (component)
            {
                case PeftOptions:
                    recipe["Peft"] = new JsonArray(node);
                    break;
                case ClassifierOptions:
                    recipe["Classifier"] = node;
                    break;
                case LossOptions:
                    recipe["Loss"] = node;
                    break;
                case OptimizerOptions:
                    recipe["Training"]!["Optimizer"] = node;
                    break;
                case AugmentationOptions:
                    recipe["Augmentation"] = node;
                    break;
                default:
                    recipe["Sampler"] = node;
                    break;
            }

            return node;
        }

        return options switch
        {
            TrainingOptions => recipe["Training"]!,
            EarlyStoppingOptions => (recipe["Training"]!["EarlyStopping"] = new JsonObject()),
            InferenceOptions => recipe["Inference"]!,
            _ => recipe["BackboneOptions"]!,
        };
    }

    private static bool IsNumber(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return property.CanWrite && (type == typeof(int) || type == typeof(long));
    }

    private static FineTunedModel Load(string folder) => FineTunedModel.Load(folder, new ModelLoadOptions { Device = "cpu" });

    private static string Refuse(string folder)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.ThrowsAny<LiftPlusException>(() => Load(folder).Dispose()).Message;
        long size = Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AnyMemory + 50 * size);
        return message;
    }

    /// <summary>A model of three classes on the samples' TinyClip: only a classifier was trained.</summary>
    public sealed class SmallModel : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private int _copies;

        public SmallModel()
        {
            using FineTunedModel model = LongTailFineTuner
                .CreateBuilder()
                .UseBackbone(Path.Combine(Repository.Root, "samples", "assets", "tiny-clip"))
                .UseClassifierOnly()
                .UseEpochs(1)
                .UseDevice("cpu")
                .Build()
                .Fit(TestWorld.Dataset(4, 2, 2));
            model.Save(_folder["model"]);
        }

        public void Dispose() => _folder.Dispose();

        public string WithRecipe(Action<JsonNode> change) => WithManifest(manifest => change(manifest["Recipe"]!));

        public string WithManifest(Action<JsonNode> change)
        {
            JsonNode manifest = JsonNode.Parse(ReadRecipe())!;
            change(manifest);
            return WithText(manifest.ToJsonString());
        }

        public string ReadRecipe() => File.ReadAllText(Path.Combine(_folder["model"], "recipe.json"));

        public string WithText(string text)
        {
            string copy = Directory.CreateDirectory(_folder[$"{_copies++}"]).FullName;
            foreach (string file in Directory.GetFiles(_folder["model"]))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            File.WriteAllText(Path.Combine(copy, "recipe.json"), text);
            return copy;
        }
    }
}
