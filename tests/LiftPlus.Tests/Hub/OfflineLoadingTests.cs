using System.Text.Json.Nodes;
using LiftPlus.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LiftPlus.Tests.Hub;

/// <summary>A model folder never makes this machine ask the hub; only the caller does.</summary>
public sealed class OfflineLoadingTests : IDisposable
{
    private static readonly ModelLoadOptions s_cpu = new() { Device = "cpu" };
    private static readonly string[] s_variables = ["HF_ENDPOINT", "HF_HUB_CACHE", "HF_HUB_OFFLINE"];

    private readonly TemporaryFolder _folder = new();
    private readonly FakeHub _hub;
    private readonly string _before = Environment.CurrentDirectory;
    private readonly string?[] _values = [.. s_variables.Select(Environment.GetEnvironmentVariable)];

    public OfflineLoadingTests()
    {
        using (Backbone backbone = TestWorld.CreateBackbone())
            backbone.Save(_folder["source"]);
        _hub = new FakeHub(Directory.EnumerateFiles(_folder["source"]).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes));
        using (FineTunedModel model = Builder(FakeHub.Repository).Build().Fit(TestWorld.Dataset(4, 4, 4)))
            model.Save(_folder["model"]);
        _hub.Requests.Clear();
        // What a careless loader would ask.
        Environment.SetEnvironmentVariable("HF_ENDPOINT", _hub.Address.ToString());
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", _folder["empty"]);
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", null);
        Environment.CurrentDirectory = _folder.Path;
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        for (int i = 0; i < s_variables.Length; i++)
            Environment.SetEnvironmentVariable(s_variables[i], _values[i]);
        _hub.Dispose();
        _folder.Dispose();
    }

    private HubOptions Options => TestHub.Options(_hub.Address, _folder["cache"]);

    [Fact]
    public void ARepositoryInTheCache_IsLoadedWithoutARequest()
    {
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", _folder["cache"]);
        FineTunedModel.Load(_folder["model"], s_cpu).Dispose();
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public void ARepositoryThatIsNotInTheCache_IsNotAskedFor_AndTheMessageSaysHowToAllowIt()
    {
        string message = Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], s_cpu)).Message;
        Assert.Contains($"{FakeHub.Repository}@{_hub.Commit}", message);
        Assert.Contains(_folder["empty"], message);
        Assert.Contains("ModelLoadOptions.Hub", message);
        Assert.Contains("ModelLoadOptions.Backbone", message);
        Assert.Empty(_hub.Requests);

        FineTunedModel.Load(_folder["model"], s_cpu with { Hub = HubOptions.FromEnvironment() }).Dispose();
        Assert.NotEmpty(_hub.Requests);
    }

    [Fact]
    public void AServedModel_AsksTheHubOnlyIfTheServicesHaveIt()
    {
        Assert.Contains("add HubOptions to the services", Start(new ServiceCollection()).Message);
        Assert.Empty(_hub.Requests);
        Assert.Null(Record.Exception(() => Serve(new ServiceCollection().AddSingleton(Options with { CacheFolder = _folder["other"] }))));
        Assert.NotEmpty(_hub.Requests);
    }

    [Theory]
    [InlineData("owner/another@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("owner/some-clip@main")]
    [InlineData("owner/some-clip")]
    [InlineData("models/clip")]
    public void NoNameInARecipe_CausesARequest(string name)
    {
        string recipe = Path.Combine(_folder["model"], "recipe.json");
        JsonNode root = JsonNode.Parse(File.ReadAllText(recipe))!;
        root["Recipe"]!["Backbone"] = name;
        File.WriteAllText(recipe, root.ToJsonString());
        Assert.Contains(name, Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], s_cpu)).Message);
        Assert.Empty(_hub.Requests);
    }

    [Theory]
    [InlineData("owner/some-clip")]
    [InlineData("models/clip")]
    public void NorDoesANameInTheOptions(string name)
    {
        string message = Assert
            .Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], s_cpu with { Backbone = name }))
            .Message;
        Assert.Contains(name, message);
        Assert.Contains(_folder.Path, message);
        Assert.Empty(_hub.Requests);
    }

    [Theory]
    [InlineData("models/clip")]
    [InlineData("source/clip")] // there is a folder "source"
    public void AMissingFolder_IsNotTakenForARepository(string name)
    {
        string message = Assert.Throws<LiftPlusException>(() => Builder(name).Build().Fit(TestWorld.Dataset(4, 4, 4))).Message;
        Assert.Contains($"{name}: the file or folder does not exist", message);
        Assert.Contains($"the working folder is {Environment.CurrentDirectory}", message);
        Assert.Contains("'owner/name@main'", message);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public void ARepositoryWhoseOwnerIsAFolderHere_IsNamedWithItsRevision()
    {
        Directory.CreateDirectory(_folder["owner"]);
        Assert.False(HuggingFaceHub.IsRepository(FakeHub.Repository));
        Builder($"{FakeHub.Repository}@main").Build().Fit(TestWorld.Dataset(4, 4, 4)).Dispose();
        Assert.NotEmpty(_hub.Requests);
    }

    [Fact]
    public void ARepositoryThatDoesNotExist_MayBeAFolderThatIsMissing()
    {
        List<string> log = [];
        string message = Assert
            .Throws<HubException>(() => Builder("backbones/clip").UseLogger(new ListLogger(log)).Build().Fit(TestWorld.Dataset(4, 4, 4)))
            .Message;
        Assert.StartsWith($"'backbones/clip' is not a file or folder in {Environment.CurrentDirectory}", message);
        Assert.Contains("404", message);
        Assert.Contains(log, line => line.Contains("backbones/clip is not a file or folder"));
    }

    private LongTailFineTunerBuilder Builder(string backbone) => TestWorld.Builder().UseBackbone(backbone).UseHub(Options).UseEpochs(1);

    private LiftPlusException Start(IServiceCollection services) => Assert.Throws<LiftPlusException>(() => Serve(services));

    private void Serve(IServiceCollection services)
    {
        using ServiceProvider provider = services
            .AddImageClassifier(options =>
            {
                options.Model = _folder["model"];
                options.Device = "cpu";
                options.PollInterval = null;
            })
            .BuildServiceProvider();
        provider.GetRequiredService<IServedImageClassifier>().StartAsync(CancellationToken.None).GetAwaiter().GetResult();
    }
}
