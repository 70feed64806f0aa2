using System.Text;
using LiftPlus.Peft;
using LiftPlus.Tests.Serving;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LiftPlus.Tests.DependencyInjection;

/// <summary>Methods and decoders of one's own are arguments of the registration, or come from the services.</summary>
public sealed class OwnPartsTests : IDisposable
{
    private static readonly ComponentRegistry s_components = RecipeJson.BuiltIn().Add<SpoiltClassifierOptions>().Add<NothingOptions>();

    private readonly TestSupport.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFineTunerReadsItsSectionWithTheComponentsThatItIsGiven()
    {
        IConfigurationSection section = Section("""{ "T": { "Backbone": "b", "Peft": [ { "Type": "nothing" } ] } }""", "T");
        using ServiceProvider services = new ServiceCollection()
            .AddLongTailFineTuner(section, components: s_components)
            .AddKeyedLongTailFineTuner("a", section, options => options.Device = "cpu", s_components)
            .AddKeyedLongTailFineTuner("b", section)
            .BuildServiceProvider();
        Assert.IsType<NothingOptions>(services.GetRequiredService<LongTailFineTuner>().Recipe.Peft.Single());
        Assert.IsType<NothingOptions>(services.GetRequiredKeyedService<LongTailFineTuner>("a").Recipe.Peft.Single());
        Exception missing = Assert.ThrowsAny<Exception>(() => services.GetRequiredKeyedService<LongTailFineTuner>("b"));
        Assert.Contains("\"nothing\"", missing.Message);
    }

    [Fact]
    public async Task AClassifierIsGivenComponentsAndADecoderBesideItsSection()
    {
        PaintingDecoder own = new(),
            shared = new();
        IConfigurationSection section = Section($$"""{ "C": { "Model": "{{Train()}}", "Device": "cpu" } }""", "C");
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<IImageDecoder>(shared)
            .AddKeyedImageClassifier("own", section, With(s_components, own))
            .AddKeyedImageClassifier("shared", section, With(s_components, null))
            .AddImageClassifier(section, With(null, own))
            .BuildServiceProvider();
        await services.GetRequiredKeyedService<IImageClassifier>("own").PredictAsync(new byte[] { 1 });
        Assert.Equal((1, 0), (own.Calls, shared.Calls));
        await services.GetRequiredKeyedService<IImageClassifier>("shared").PredictAsync(new byte[] { 1 });
        Assert.Equal((1, 1), (own.Calls, shared.Calls));
        LiftPlusException missing = await Assert.ThrowsAsync<LiftPlusException>(() =>
            services.GetRequiredService<IImageClassifier>().PredictAsync(new byte[] { 1 })
        );
        Assert.Contains("spoilt", missing.Message);

        static Action<ImageClassifierOptions> With(ComponentRegistry? components, IImageDecoder? decoder) =>
            options =>
            {
                options.CreateBackbone = TestWorld.CreateBackbone;
                (options.Components, options.Decoder) = (components, decoder);
            };
    }

    private string Train()
    {
        using FineTunedModel model = TestWorld
            .Builder()
            .UseClassifier(new SpoiltClassifierOptions(), ClassifierInitialization.None)
            .UseEpochs(1)
            .Build()
            .Fit(TestWorld.Dataset(4, 4, 4));
        model.Save(_folder["model"]);
        return _folder["model"];
    }

    private static IConfigurationSection Section(string json, string path) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection(path);

    private sealed record NothingOptions : PeftOptions
    {
        public override string Type => "nothing";

        public override void Apply(PeftContext context) { }
    }
}
