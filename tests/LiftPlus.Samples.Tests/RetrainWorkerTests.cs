using LiftPlus.Samples.RetrainWorker;
using LiftPlus.Samples.Shapes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiftPlus.Samples.Tests;

public sealed class RetrainWorkerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-retrain-").FullName;
    private readonly ShapesLT _shapes = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task NewImages_MakeANewModel()
    {
        Draw(first: 0, count: 5);
        using IHost host = Host("--LiftPlus:Training:Epochs=1");
        await host.StartAsync();
        await Until(() => File.Exists(In("model.images")));
        using (FineTunedModel model = FineTunedModel.Load(In("model")))
            Assert.Equal(12, model.Classes.Total); // of fifteen images, each of the three classes holds out one
        string first = File.ReadAllText(In("model.images"));

        Draw(first: 5, count: 5);
        await Until(() => File.ReadAllText(In("model.images")) != first);
        using (FineTunedModel model = FineTunedModel.Load(In("model")))
            Assert.True(model.Classes.Total > 15);
        await host.StopAsync();
        Assert.False(Directory.Exists(In("run")));
    }

    [Fact]
    public async Task Stopped_ItLeavesACheckpoint()
    {
        Draw(first: 0, count: 5);
        using (IHost host = Host("--LiftPlus:Training:Epochs=10000", "--LiftPlus:Checkpoints:EverySteps=1"))
        {
            await host.StartAsync();
            await Until(() => Directory.Exists(In("run")) && Directory.EnumerateFileSystemEntries(In("run")).Any());
            await host.StopAsync();
        }

        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(In("run")));
        Assert.True(File.Exists(In("run.images")));
        Assert.False(Directory.Exists(In("model")));
    }

    [Fact]
    public async Task Mistakes_AreNamedAtStart()
    {
        using IHost host = Host("--LiftPlus:Loss:Type=none");
        OptionsValidationException wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("LiftPlus:Loss", wrong.Message);
        using IHost other = Host("--LiftPlus:Training:Epochs=0", "--LiftPlus:Training:BatchSize=0");
        wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => other.StartAsync());
        Assert.Contains("LiftPlus:Training:Epochs", wrong.Message);
        Assert.Contains("LiftPlus:Training:BatchSize", wrong.Message);
    }

    private IHost Host(params string[] settings) =>
        RetrainHost.Build([
            $"--Retrain:Images={In("images")}",
            $"--Retrain:Model={In("model")}",
            $"--LiftPlus:CheckpointFolder={In("run")}",
            "--Retrain:PollInterval=00:00:00.05",
            "--Retrain:SettleTime=00:00:00.3",
            "--LiftPlus:Device=cpu",
            "--Logging:LogLevel:Default=None",
            .. settings,
        ]);

    private string In(string name) => Path.Combine(_folder, name);

    private void Draw(int first, int count)
    {
        for (int label = 0; label < 3; label++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(_folder, "images", _shapes.Classes.Names[label])).FullName;
            for (int i = first; i < first + count; i++)
                File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), _shapes.Draw(Split.Train, label, i).ToPng());
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        for (int i = 0; i < 3000 && !condition(); i++)
            await Task.Delay(10);
        Assert.True(condition());
    }
}
