using System.Reflection;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Runs;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Runs;

/// <summary>What changes the last bits of a run, or its pixels: threads, processor, versions, decoder.</summary>
public sealed class RunMachineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Properties => [.. typeof(RunMachine).GetProperties().Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Properties))]
    public void EveryPropertyIsCompared(string name)
    {
        RunMachine now = RunMachine.Current(CPU, new SkiaImageDecoder()),
            other = Change(now, name);
        string line = Assert.Single(other.Differences(now, "in the checkpoint"));
        Assert.StartsWith($"{name}: ", line);
        Assert.Contains(" in the checkpoint, ", line);
        Assert.Empty(now.Differences(now, "in the checkpoint"));
    }

    [Fact]
    public void TheThreadsAreThoseOfTheRun() => Assert.Equal(get_num_threads(), RunMachine.Current(CPU, new SkiaImageDecoder()).Threads);

    [Fact]
    public void ACheckpointOfAnotherEnvironment_IsContinuedWithAWarning_OrRefusedByOption()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        TestWorld.Builder().UseCheckpoints(_folder["run"]).Build().Fit(train).Dispose();
        Rewrite(run => run with { Machine = Change(Change(run.Machine!, nameof(RunMachine.Threads)), nameof(RunMachine.CpuCapability)) });
        List<string> log = [];
        TestWorld.Builder().UseCheckpoints(_folder["run"]).UseLogger(new ListLogger(log)).Build().Resume(train).Dispose();
        string warning = Assert.Single(log, line => line.Contains("another environment"));
        Assert.StartsWith("Warning: ", warning);
        Assert.Contains($"Threads: {get_num_threads() + 1} in the checkpoint, {get_num_threads()} now", warning);
        Assert.Contains("CpuCapability: ", warning);

        LongTailFineTuner strict = TestWorld
            .Builder()
            .UseCheckpoints(_folder["run"], new CheckpointOptions { RequireSameEnvironment = true })
            .Build();
        string message = Assert.Throws<LiftPlusException>(() => strict.Resume(train)).Message;
        Assert.Contains("Threads: ", message);
        Assert.Contains("CpuCapability: ", message);
    }

    [Fact]
    public void AnotherDecoder_IsRefused()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        TestWorld.Builder().UseCheckpoints(_folder["run"]).Build().Fit(train).Dispose();
        foreach (IImageDecoder decoder in new IImageDecoder[] { new PlainDecoder(), new SkiaImageDecoder(reducedScale: true) })
        {
            LongTailFineTuner other = TestWorld.Builder().UseDecoder(decoder).UseCheckpoints(_folder["run"]).Build();
            string message = Assert.Throws<LiftPlusException>(() => other.Resume(train)).Message;
            Assert.Contains($"Decoder: LiftPlus.SkiaImageDecoder in the checkpoint, {DecoderName.Of(decoder)} now", message);
        }
    }

    [Fact]
    public void AnOlderCheckpoint_IsContinued_AndSaysWhatItLacks()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        TestWorld.Builder().UseCheckpoints(_folder["run"]).Build().Fit(train).Dispose();
        Rewrite(run =>
            run with
            {
                Machine = null,
                Decoder = null,
                Backbone = new BackboneIdentity(run.Backbone.Name, run.Backbone.Sha256, run.Backbone.Activation, run.Backbone.Preprocess),
            }
        );
        List<string> log = [];
        TestWorld.Builder().UseCheckpoints(_folder["run"]).UseLogger(new ListLogger(log)).Build().Resume(train).Dispose();
        Assert.Contains(log, line =>
            line.StartsWith("Warning: ") && line.Contains("Backbone.Image.Heads") && line.Contains("Decoder") && line.Contains("threads")
        );
    }

    private void Rewrite(Func<RunIdentity, RunIdentity> change)
    {
        foreach (string file in Directory.GetFiles(_folder["run"], "checkpoint-*.safetensors"))
        {
            using (NewDisposeScope())
            using (TrainingCheckpoint checkpoint = TrainingCheckpoint.Open(file))
            {
                WeightSource tensors = checkpoint.Tensors("");
                TrainingCheckpoint.Write(
                    _folder["changed"],
                    change(checkpoint.Run),
                    checkpoint.State,
                    tensors.Tensors.Keys.ToDictionary(name => name, tensors.Read)
                );
            }

            File.Move(_folder["changed"], file, overwrite: true);
        }
    }

    private static RunMachine Change(RunMachine machine, string name)
    {
        RunMachine copy = machine with { };
        PropertyInfo property = typeof(RunMachine).GetProperty(name)!;
        property.SetValue(copy, property.GetValue(copy) is int number ? number + 1 : "another");
        return copy;
    }

    private sealed class PlainDecoder : IImageDecoder
    {
        public RgbImage Decode(ReadOnlySpan<byte> encoded, string name) => new SkiaImageDecoder().Decode(encoded, name);
    }
}
