using LiftPlus.Runs;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>NaN and infinite values of saved models, of checkpoints and of backbones made in code are found before they are used.</summary>
public sealed class NonFiniteValuesTests : IDisposable
{
    private readonly string _folder = TestWorld.TemporaryFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ABackboneMadeInCodeIsRefusedBeforeTheFirstStep()
    {
        LongTailFineTuner tuner = TestWorld.Builder().UseBackbone(Broken).Build();
        string message = Assert.Throws<LiftPlusException>(() => tuner.Fit(TestWorld.Dataset(4, 4, 4))).Message;
        Assert.Contains("'image.blocks.1.mlp.fc1.weight' (1 of 8192 values)", message);
        Assert.DoesNotContain("LearningRate", message);

        static Backbone Broken()
        {
            Backbone backbone = TestWorld.CreateBackbone();
            Break(backbone.state_dict()["image.blocks.1.mlp.fc1.weight"]);
            return backbone;
        }
    }

    [Fact]
    public void ASavedModelIsRefused()
    {
        string saved = Path.Combine(_folder, "model");
        using (FineTunedModel model = TestWorld.Builder().Build().Fit(TestWorld.Dataset(4, 4, 4)))
        {
            Break(model.Classifier.Weight!);
            model.Save(saved);
        }

        string message = Assert
            .Throws<WeightFileException>(() =>
                FineTunedModel.Load(saved, new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" })
            )
            .Message;
        Assert.Contains("'classifier.weight' (1 of 192 values)", message);
        Assert.Contains("adapter.safetensors", message);
    }

    [Theory]
    [InlineData("model.", "classifier.weight")]
    [InlineData("optimizer.", "classifier.weight")]
    public void ACheckpointIsRefused(string prefix, string part)
    {
        string checkpoints = Path.Combine(_folder, "run");
        TestWorld.Builder().UseCheckpoints(checkpoints).Build().Fit(TestWorld.Dataset(4, 4, 4)).Dispose();
        string newest = Directory.GetFiles(checkpoints, "*.safetensors").Order(StringComparer.Ordinal).Last();
        RewriteCheckpoint(newest, name => name.StartsWith(prefix, StringComparison.Ordinal) && name.Contains(part));
        LongTailFineTuner tuner = TestWorld.Builder().UseCheckpoints(checkpoints).Build();
        string message = Assert.Throws<WeightFileException>(() => tuner.Resume(TestWorld.Dataset(4, 4, 4))).Message;
        Assert.Contains("NaN or infinite", message);
        Assert.Contains(part, message);
    }

    [Fact]
    public void FilesOfOtherProgramsAreRefused()
    {
        string folder = Path.Combine(_folder, "backbone");
        using (Backbone backbone = TestWorld.CreateBackbone())
            backbone.Save(folder);
        using FineTunedModel model = TestWorld
            .Builder()
            .UseBackbone(folder)
            .AddLora(new LoraOptions { Rank = 2 })
            .Build()
            .Fit(TestWorld.Dataset(4, 4, 4));
        Break(model.Backbone.TrainedState().Values.First());
        ModelLoadOptions cpu = new() { Device = "cpu" };

        PeftExport.Save(model, Path.Combine(_folder, "peft"));
        var recipe = new FineTuningRecipe { Backbone = folder };
        Assert.Contains(
            "lora_A.weight' (1 of 128 values)",
            Assert
                .Throws<WeightFileException>(() => ImportedModel.FromPeft(Path.Combine(_folder, "peft"), recipe, model.Classes, cpu))
                .Message
        );

        string checkpoint = Path.Combine(_folder, ReferenceCheckpoint.FileName);
        ReferenceCheckpoint.Save(checkpoint, model.Backbone, model.Classifier);
        Assert.Contains(
            "1 of 9 tensors hold values that are NaN",
            Assert.Throws<WeightFileException>(() => ImportedModel.FromReference(checkpoint, model.Recipe, model.Classes, cpu)).Message
        );
    }

    private static void RewriteCheckpoint(string path, Func<string, bool> isBroken)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors;
        using TrainingCheckpoint checkpoint = TrainingCheckpoint.Open(path);
        WeightSource all = checkpoint.Tensors("");
        tensors = all.Tensors.Keys.ToDictionary(name => name, all.Read);
        foreach ((_, Tensor values) in tensors.Where(entry => isBroken(entry.Key)))
            Break(values);
        TrainingCheckpoint.Write(path + ".new", checkpoint.Run, checkpoint.State, [.. tensors]);
        checkpoint.Dispose();
        File.Move(path + ".new", path, overwrite: true);
    }

    private static void Break(Tensor values)
    {
        using IDisposable noGrad = no_grad();
        using Tensor flat = values.view(-1),
            slot = flat.narrow(0, 3, 1),
            nan = tensor(float.NaN);
        slot.copy_(nan);
    }
}
