using LiftPlus.Data;
using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Hub;

/// <summary>A backbone named by its id, from training to the saved model.</summary>
public sealed class HubTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeHub _hub;

    public HubTrainingTests()
    {
        using Backbone backbone = TestWorld.CreateBackbone();
        backbone.Save(_folder["source"]);
        _hub = new FakeHub(Directory.EnumerateFiles(_folder["source"]).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes));
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    private HubOptions Options => TestHub.Options(_hub.Address, _folder["cache"]);

    [Fact]
    public async Task AnIdIsFetchedWhenTrainingStarts_AndRememberedWithItsCommit()
    {
        LongTailFineTuner tuner = Builder().Build();
        Assert.Empty(_hub.Requests);
        List<TrainingProgress> reports = [];
        using FineTunedModel model = await tuner.FitAsync(TestWorld.Dataset(8, 4, 2), progress: new Listener(reports.Add));
        TrainingProgress[] downloads = [.. reports.TakeWhile(report => report.Phase == TrainingPhase.Downloading)];
        Assert.Equal(_hub.Files.Values.Sum(content => content.Length), downloads[^1].Done);
        Assert.Equal(downloads[^1].Total, downloads[^1].Done);
        string pinned = $"{FakeHub.Repository}@{_hub.Commit}";
        Assert.Equal(pinned, model.Recipe.Backbone);
        model.Save(_folder["model"]);

        // Elsewhere, after the branch has moved on: the commit is fetched.
        string commit = _hub.Commit;
        _hub.Requests.Clear();
        HubOptions elsewhere = Options with { CacheFolder = _folder["elsewhere"] };
        using FineTunedModel loaded = await FineTunedModel.LoadAsync(
            _folder["model"],
            new ModelLoadOptions { Device = "cpu", Hub = elsewhere }
        );
        Assert.Contains(commit, _hub.Requests.First().Path);
        Assert.Equal(pinned, loaded.Recipe.Backbone);
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(2, 3, 16, 16),
            expected = model.Logits(images),
            found = loaded.Logits(images);
        TensorAssert.Close(expected, found, 0, 0, "logits");
    }

    [Fact]
    public void ANameWithoutACommitInASavedModel_IsAPathAndNotAskedFor()
    {
        using (FineTunedModel model = Builder().Build().Fit(TestWorld.Dataset(4, 4, 4)))
            model.Save(_folder["model"]);
        string recipe = Path.Combine(_folder["model"], "recipe.json");
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("@" + _hub.Commit, ""));
        _hub.Requests.Clear();
        Assert.Contains(
            "the file or folder does not exist",
            Assert
                .Throws<LiftPlusException>(() =>
                    FineTunedModel.Load(_folder["model"], new ModelLoadOptions { Device = "cpu", Hub = Options })
                )
                .Message
        );
        Assert.Empty(_hub.Requests);
        // Now the caller names the repository.
        using FineTunedModel named = FineTunedModel.Load(
            _folder["model"],
            new ModelLoadOptions
            {
                Backbone = FakeHub.Repository,
                Device = "cpu",
                Hub = Options,
            }
        );
        Assert.NotEmpty(_hub.Requests);
    }

    [Fact]
    public void AFolderOfThatName_GoesFirst()
    {
        string owner = $"owner-{Guid.NewGuid():N}",
            name = $"{owner}/name"; // in the current folder
        Directory.CreateDirectory(owner);
        try
        {
            Directory.CreateDirectory(name);
            foreach (string file in Directory.EnumerateFiles(_folder["source"]))
                File.Copy(file, Path.Combine(name, Path.GetFileName(file)));
            using FineTunedModel model = Builder().UseBackbone(name).Build().Fit(TestWorld.Dataset(4, 4, 4));
            Assert.Equal(name, model.Recipe.Backbone);
        }
        finally
        {
            Directory.Delete(owner, recursive: true);
        }

        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task Cancelling_StopsTheDownload()
    {
        using var cancellation = new CancellationTokenSource();
        _hub.TwistContent = (_, right) =>
        {
            cancellation.Cancel();
            return right with { Stop = 100, FallsSilent = true };
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Builder().Build().FitAsync(TestWorld.Dataset(4, 4, 4), cancellationToken: cancellation.Token)
        );
    }

    private LongTailFineTunerBuilder Builder() => TestWorld.Builder().UseBackbone(FakeHub.Repository).UseHub(Options).UseEpochs(1);

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
