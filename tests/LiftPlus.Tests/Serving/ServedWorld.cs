using LiftPlus.Data;
using LiftPlus.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Tests.Serving;

/// <summary>A trained model of the three colours in a folder, and services that serve it.</summary>
internal sealed class ServedWorld : IDisposable
{
    public ServedWorld() => Train(TestWorld.Names);

    public TemporaryFolder Folder { get; } = new();

    public List<string> Log { get; } = [];

    public void Dispose() => Folder.Dispose();

    public ServiceProvider Services(Action<ImageClassifierOptions> configure) =>
        new ServiceCollection()
            .AddLogging(logging =>
                logging.SetMinimumLevel(LogLevel.Debug).Services.AddSingleton<ILoggerProvider>(new ListLoggerProvider(Log))
            )
            .AddImageClassifier(Folder["model"])
            .AddImageClassifier(configure)
            .BuildServiceProvider();

    public string Train(string[] names, string folder = "model")
    {
        string backbone = Folder["backbone.safetensors"];
        if (!File.Exists(backbone))
        {
            using Backbone made = TestWorld.CreateBackbone();
            TestBackbones.WriteTimm(made, backbone);
        }

        ImageDataset data = TestWorld.Dataset(6, 6, 6);
        using FineTunedModel model = TestWorld.Builder().UseBackbone(backbone).Build().Fit(new ImageDataset(data, names));
        model.Save(Folder[folder]);
        return Folder[folder];
    }
}
