using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Runs;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Faults;

/// <summary>Runs, with a fault at every operation on files that they do.</summary>
public sealed class RunFaultTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImageDataset _train = TestWorld.Dataset(8, 4, 4),
        _validation = TestWorld.Dataset(1, 1, 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARunWithCheckpoints_EndsWithItsModel_OrIsContinuedToIt()
    {
        float[] expected = Values(Builder().Build().Fit(_train, _validation));
        float[]? found = null;
        LongTailFineTuner tuner = Builder().UseCheckpoints(_folder["run"], new CheckpointOptions { EverySteps = 1 }).Build();
        FaultCount count = FaultInjection.Run(
            () =>
            {
                found = null;
                if (Directory.Exists(_folder["run"]))
                    Directory.Delete(_folder["run"], recursive: true);
            },
            () => found = Values(tuner.Resume(_train, _validation)),
            thrown =>
            {
                if (thrown is null)
                    Assert.Equal(expected, found);
                if (Directory.Exists(_folder["run"]))
                    Assert.All(Directory.GetFiles(_folder["run"], "*.safetensors"), file => TrainingCheckpoint.Open(file).Dispose());
            },
            () =>
            {
                Assert.Equal(expected, found);
                Assert.All(Directory.GetFileSystemEntries(_folder["run"]), entry =>
                    Assert.Matches(@"^(best|run\.lock|checkpoint-\d+\.safetensors)$", Path.GetFileName(entry))
                );
            },
            OperatingSystem.IsWindows() ? [Fault.Error] : [Fault.Error, Fault.FullDisk, Fault.Crash]
        );
        output.WriteLine($"{count}");
    }

    [Fact]
    public void ARecorderWithAFault_CostsNothingButItsRecord()
    {
        float[] expected = Values(Builder().Build().Fit(_train, _validation));
        float[]? found = null;
        List<string> log = [];
        LongTailFineTuner tuner = Builder()
            .AddMetricsFile(_folder["records/metrics.jsonl"])
            .AddTensorBoard(_folder["records/events"])
            .UseLogger(new ListLogger(log))
            .Build();
        FaultCount count = FaultInjection.Run(
            () => (found, _) = (null, Clear(log)),
            () => found = Values(tuner.Fit(_train, _validation)),
            thrown =>
            {
                Assert.Null(thrown);
                Assert.Equal(expected, found);
                Assert.Contains(log, line =>
                    line.StartsWith("Warning: MetricsFile failed and records no more of this run", StringComparison.Ordinal)
                    || line.StartsWith("Warning: TensorBoardFolder failed and records no more of this run", StringComparison.Ordinal)
                );
            },
            () => Assert.Equal(expected, found)
        );
        output.WriteLine($"{count}");

        static bool Clear(List<string> log)
        {
            log.Clear();
            return true;
        }
    }

    private static LongTailFineTunerBuilder Builder() => TestWorld.Builder().UseEpochs(1).UseTraining(t => t with { LoaderWorkers = 1 });

    private static float[] Values(FineTunedModel model)
    {
        using (model)
            return
            [
                .. TrainableParameters
                    .Get(model.Backbone, model.Classifier)
                    .SelectMany(entry => entry.Parameter.detach().cpu().data<float>().ToArray()),
            ];
    }
}
