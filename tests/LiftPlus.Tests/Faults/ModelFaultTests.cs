using LiftPlus.Files;
using LiftPlus.Models;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Faults;

/// <summary>Model folders while something fails, and while somebody reads.</summary>
public sealed class ModelFaultTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Save_WithAFaultAtAnyStep_LeavesTheEarlierModelOrTheNewOne(bool canExchange)
    {
        using FineTunedModel earlier = Train(epochs: 1),
            later = Train(epochs: 2);
        string folder = _folder["models/flowers"];
        FaultCount count = FaultInjection.Run(
            () => earlier.Save(folder),
            () => later.Save(folder),
            thrown =>
            {
                string state = State(folder);
                Assert.Contains(state, (string[])[State(earlier), State(later)]);
                if (thrown is null)
                    Assert.Equal(State(later), state);
                else if (thrown is LiftPlusException or IOException or UnauthorizedAccessException)
                    Assert.Contains(folder, thrown.Message);
            },
            () => AssertAlone(later, folder),
            // Without an exchange, a crash between two renames leaves the folder aside.
            canExchange ? null : [Fault.Error, Fault.Refusal, Fault.FullDisk, Fault.Memory],
            canExchange
        );
        output.WriteLine($"{count}");
    }

    [Fact]
    public void Save_ToANewFolder_WithAFaultAtAnyStep_LeavesNoneOrAWholeOne()
    {
        using FineTunedModel model = Train(epochs: 1);
        string folder = _folder["models/flowers"];
        FaultCount count = FaultInjection.Run(
            () => Clear(_folder["models"]),
            () => model.Save(folder),
            _ =>
            {
                if (Directory.Exists(folder))
                    Assert.Equal(State(model), State(folder));
            },
            () => AssertAlone(model, folder)
        );
        output.WriteLine($"{count}");
    }

    // Each model is trained for as many epochs as its recipe says; the tensors of one under the recipe of another would show.
    [Fact]
    public async Task Load_WhileTheFolderIsReplaced_ReadsOneModel()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot exchange folders");
        using FineTunedModel one = Train(epochs: 1),
            two = Train(epochs: 2);
        string folder = _folder["flowers"],
            ofOne = State(one),
            ofTwo = State(two);
        one.Save(folder);
        using var stop = new CancellationTokenSource();
        Task writing = Task.Run(() =>
        {
            using IDisposable use = Disk.Use(new FaultyDisk(int.MaxValue, Fault.Error)); // does not wait for the device
            for (int i = 0; !stop.IsCancellationRequested; i++)
                (i % 2 == 0 ? two : one).Save(folder);
        });
        HashSet<string> found = [];
        try
        {
            int loads = 0;
            for (; loads < Rounds.Count(100) || found.Count < 2; loads++)
                Assert.Contains(State(folder, found), (string[])[ofOne, ofTwo]);
            output.WriteLine($"{loads} loads");
        }
        finally
        {
            stop.Cancel();
            await writing;
        }
    }

    private static FineTunedModel Train(int epochs) =>
        TestWorld.Builder().AddLora().UseEpochs(epochs).Build().Fit(TestWorld.Dataset(4, 4, 4));

    private static string State(string folder, HashSet<string>? found = null)
    {
        using FineTunedModel model = FineTunedModel.Load(
            folder,
            new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" }
        );
        string state = State(model);
        found?.Add(state);
        return state;
    }

    // The recipe's epochs and every trained value.
    private static string State(FineTunedModel model) =>
        $"{model.Recipe.Training.Epochs}: "
        + string.Join(
            ' ',
            TrainableParameters
                .Get(model.Backbone, model.Classifier)
                .SelectMany(entry => entry.Parameter.detach().cpu().contiguous().data<float>().ToArray())
        );

    private void AssertAlone(FineTunedModel model, string folder)
    {
        Assert.Equal(State(model), State(folder));
        Assert.Equal([folder], Directory.GetFileSystemEntries(_folder["models"]));
        Assert.Equal(
            [ModelFiles.TensorFile, RecipeFile.Name],
            Directory.GetFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).Order()
        );
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
