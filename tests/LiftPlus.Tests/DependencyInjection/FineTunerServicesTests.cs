using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.Runs;
using LiftPlus.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiftPlus.Tests.DependencyInjection;

public sealed class FineTunerServicesTests
{
    [Fact]
    public void Configuration_HasTheShapeOfARecipe()
    {
        using ServiceProvider services = Services(
            """
            { "LiftPlus": {
                "Backbone": "openai/clip-vit-base-patch16",
                "Peft": [ { "Type": "lora", "Rank": 8, "Layers": "last 4" }, { "Type": "bitfit", "Layers": [ 0, 1 ] } ],
                "Loss": { "Type": "logit-adjusted", "Tau": 1.5 },
                "Training": { "Epochs": 3, "LearningRate": 0.02, "CheckImages": false, "Precision": "BFloat16", "AveragingDecay": null },
                "PromptTemplates": [ "a {}." ],
                "Inference": { "TestTimeEnsemble": "true" },
                "Device": "cpu",
                "CheckpointFolder": "runs/flowers",
                "Checkpoints": { "Every": "00:01:00", "Keep": 5 } } }
            """
        );
        FineTuningRecipe recipe = services.GetRequiredService<LongTailFineTuner>().Recipe;
        Assert.Equal("openai/clip-vit-base-patch16", recipe.Backbone);
        var lora = Assert.IsType<LoraOptions>(recipe.Peft[0]);
        Assert.Equal((8, "last 4"), (lora.Rank, lora.Layers.ToString()));
        Assert.Equal([0, 1], recipe.Peft[1].Layers.Resolve(4));
        Assert.Equal(
            (3, 0.02, false, Precision.BFloat16),
            (recipe.Training.Epochs, recipe.Training.LearningRate, recipe.Training.CheckImages, recipe.Training.Precision)
        );
        Assert.True(recipe.Inference.TestTimeEnsemble);
        LongTailFineTunerOptions options = services.GetRequiredService<IOptions<LongTailFineTunerOptions>>().Value;
        Assert.Equal(("cpu", "runs/flowers", 5), (options.Device, options.CheckpointFolder, options.Checkpoints.Keep));
        Assert.Same(services.GetRequiredService<LongTailFineTuner>(), services.GetRequiredService<LongTailFineTuner>());
    }

    // Whatever recipe.json can say, configuration can.
    [Theory]
    [InlineData("Lift")]
    [InlineData("LiftPlus")]
    public void AWholeRecipe_ComesThroughConfigurationUnchanged(string preset)
    {
        FineTuningRecipe recipe = Presets.Find(preset) with { Backbone = "b" };
        using ServiceProvider services = Services($$"""{ "LiftPlus": {{RecipeJson.Write(recipe)}} }""");
        Assert.Equal(RecipeJson.Write(recipe), RecipeJson.Write(services.GetRequiredService<LongTailFineTuner>().Recipe));
    }

    [Fact]
    public void APreset_AndAnEmptyList()
    {
        using ServiceProvider services = Services("""{ "LiftPlus": { "Preset": "Lift", "Backbone": "b", "Peft": [] } }""");
        FineTuningRecipe recipe = services.GetRequiredService<LongTailFineTuner>().Recipe;
        Assert.Empty(recipe.Peft);
        Assert.Equal(Presets.Find("Lift").Augmentation, recipe.Augmentation);
    }

    [Fact]
    public async Task EveryMistake_IsReportedAtStart_ByItsPath()
    {
        OptionsValidationException wrong = await Fails(
            """
            { "App": { "LiftPlus": { "Training": { "Epochs": 0, "BatchSize": 30, "AccumulationSteps": 4 },
              "Peft": [ { "Type": "lora", "Rank": 0 } ], "Device": "tpu", "CheckpointFolder": " ", "Checkpoints": { "Keep": 0 } } } }
            """,
            "App:LiftPlus"
        );
        string[] paths =
        [
            "App:LiftPlus:Backbone",
            "App:LiftPlus:Training:Epochs",
            "App:LiftPlus:Training:BatchSize",
            "App:LiftPlus:Peft:0",
            "App:LiftPlus:Device",
            "App:LiftPlus:Checkpoints:Keep",
        ];
        Assert.All(paths, path => Assert.Contains(wrong.Failures, failure => failure.Contains(path)));
    }

    [Fact]
    public async Task EveryUnknownKey_AndUnreadableValue_IsReported()
    {
        OptionsValidationException wrong = await Fails(
            """
            { "LiftPlus": { "Backbone": "b", "Epochs": 3, "Training": { "Epohcs": 3, "BatchSize": "many" },
              "Peft": [ { "Type": "lora", "Rnak": 8 }, { "Type": "nonsense" } ], "Checkpoints": { "Kep": 1 } } }
            """,
            "LiftPlus"
        );
        string[] parts =
        [
            "LiftPlus:Epochs",
            "LiftPlus:Training:Epohcs",
            "LiftPlus:Training:BatchSize",
            "LiftPlus:Peft:0:Rnak",
            "LiftPlus:Peft:1: The type \"nonsense\"",
            "LiftPlus:Checkpoints:Kep",
        ];
        Assert.All(parts, part => Assert.Contains(wrong.Failures, failure => failure.Contains(part)));
        Assert.Equal(6, wrong.Failures.Count());
        Assert.Contains("Preset", (await Fails("""{ "LiftPlus": { "Backbone": "b", "Preset": "Nothing" } }""", "LiftPlus")).Message);
        Assert.Contains("no such section", (await Fails("{}", "LiftPlus")).Message);
    }

    [Fact]
    public void AMethodOfYourOwn_IsFoundByItsName()
    {
        using ServiceProvider services = Services(
            """{ "LiftPlus": { "Backbone": "b", "Peft": [ { "Type": "nothing", "Amount": 3 } ] } }""",
            collection => collection.AddSingleton(RecipeJson.BuiltIn().Add<NothingOptions>())
        );
        Assert.Equal(3, Assert.IsType<NothingOptions>(services.GetRequiredService<LongTailFineTuner>().Recipe.Peft.Single()).Amount);
    }

    [Fact]
    public void ByCode_AndUnderKeys()
    {
        List<string> log = [];
        using ServiceProvider services = new ServiceCollection()
            .AddLogging(logging => logging.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(new ListLoggerProvider(log)))
            .AddLongTailFineTuner(options =>
            {
                options.Device = "cpu";
                options.Configure = builder => builder.UseBackbone(TestWorld.CreateBackbone).UseEpochs(1);
            })
            .AddKeyedLongTailFineTuner("a", options => options.Recipe = options.Recipe with { Backbone = "a" })
            .AddKeyedLongTailFineTuner("b", Section("""{ "B": { "Backbone": "b", "Device": "cpu" } }""", "B"))
            .BuildServiceProvider();
        using FineTunedModel model = services.GetRequiredService<LongTailFineTuner>().Fit(TestWorld.Dataset(4, 4, 4));
        Assert.Contains(log, line => line.StartsWith("LiftPlus.LongTailFineTuner: Fine-tuning on 12 images"));
        Assert.Equal("a", services.GetRequiredKeyedService<LongTailFineTuner>("a").Recipe.Backbone);
        Assert.Equal("b", services.GetRequiredKeyedService<LongTailFineTuner>("b").Recipe.Backbone);
    }

    private static ServiceProvider Services(string json, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        more?.Invoke(services);
        return services.AddLongTailFineTuner(Section(json, "LiftPlus")).BuildServiceProvider();
    }

    private static async Task<OptionsValidationException> Fails(string json, string section)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLongTailFineTuner(Section(json, section));
        using IHost host = builder.Build();
        return await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
    }

    private static IConfigurationSection Section(string json, string path) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build().GetSection(path);

    private sealed record NothingOptions : PeftOptions
    {
        public override string Type => "nothing";

        public int Amount { get; init; }

        public override void Apply(PeftContext context) { }
    }
}
