using LiftPlus.Data;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

public sealed class SavedModelTests : IDisposable
{
    private readonly string _folder = TestWorld.TemporaryFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void SaveThenLoad_PredictsTheSame_AndHoldsTheTrainedTensorsOnly()
    {
        string backbone = WriteBackbone("backbone.safetensors", seed: 1),
            saved = Path.Combine(_folder, "model");
        ImageDataset data = TestWorld.Dataset(8, 4, 2);
        using FineTunedModel model = Train(backbone, data);
        model.Save(saved);
        model.Save(saved); // replaces what it wrote

        using FineTunedModel loaded = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" });
        using Tensor images = randn(2, 3, 16, 16);
        using IDisposable noGrad = no_grad();
        using Tensor expected = model.Logits(images),
            found = loaded.Logits(images);
        Assert.True(expected.eq(found).all().item<bool>());
        Assert.Equal(model.ClassNames, loaded.ClassNames);
        Assert.Equal(model.Classes.Counts.AsSpan(), loaded.Classes.Counts.AsSpan());
        Assert.Equal(RecipeJson.Write(model.Recipe), RecipeJson.Write(loaded.Recipe));
        using Safetensors file = Safetensors.Open(Path.Combine(saved, "adapter.safetensors"));
        Assert.Equal(model.TrainedParameterCount, file.Tensors.Values.Sum(tensor => tensor.ElementCount));
        Assert.Equal(["adapter.safetensors", "recipe.json"], Directory.GetFiles(saved).Select(Path.GetFileName).Order());
        Assert.Equal([Path.Combine(_folder, "backbone.safetensors"), saved], Directory.GetFileSystemEntries(_folder).Order());
    }

    [Fact]
    public void Load_OnAnotherBackbone_NamesBoth()
    {
        string backbone = WriteBackbone("one.safetensors", seed: 1),
            other = WriteBackbone("two.safetensors", seed: 2),
            saved = Path.Combine(_folder, "model");
        using (FineTunedModel model = Train(backbone, TestWorld.Dataset(4, 4, 4)))
            model.Save(saved);
        var exception = Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(saved, new ModelLoadOptions { Backbone = other }));
        Assert.Contains("two.safetensors", exception.Message);
        Assert.Contains("SHA-256", exception.Message);
    }

    [Fact]
    public void Load_DamagedFiles_SaysWhich()
    {
        string backbone = WriteBackbone("one.safetensors", seed: 1),
            saved = Path.Combine(_folder, "model");
        using (FineTunedModel model = Train(backbone, TestWorld.Dataset(4, 4, 4)))
            model.Save(saved);
        string tensors = Path.Combine(saved, "adapter.safetensors"),
            recipe = Path.Combine(saved, "recipe.json"),
            text = File.ReadAllText(recipe);

        byte[] bytes = File.ReadAllBytes(tensors);
        File.WriteAllBytes(tensors, bytes[..^10]);
        Assert.Contains("adapter.safetensors", Assert.ThrowsAny<LiftPlusException>(() => FineTunedModel.Load(saved)).Message);
        File.WriteAllBytes(tensors, bytes);

        File.WriteAllText(recipe, text.Replace("\"red\"", "\"red\" oops"));
        Assert.Contains("recipe.json", Assert.ThrowsAny<LiftPlusException>(() => FineTunedModel.Load(saved)).Message);
        File.WriteAllText(recipe, text.Replace("\"SchemaVersion\": 1", "\"SchemaVersion\": 99"));
        Assert.Contains("schema version 99", Assert.ThrowsAny<LiftPlusException>(() => FineTunedModel.Load(saved)).Message);
        File.Delete(recipe);
        Assert.Contains("missing", Assert.ThrowsAny<LiftPlusException>(() => FineTunedModel.Load(saved)).Message);
    }

    // Heads, activation and image size leave no trace in a bare weight file: the recipe remembers what was asked for.
    [Fact]
    public void Load_TakesTheBackboneAsItWasAskedFor()
    {
        string backbone = WriteBackbone("one.safetensors", seed: 1),
            saved = Path.Combine(_folder, "model");
        var options = new BackboneLoadOptions
        {
            ImageSize = 32,
            ImageHeads = 2,
            Activation = Activation.QuickGelu,
        };
        List<string> log = [];
        using FineTunedModel model = TestWorld
            .Builder()
            .UseBackbone(backbone, options)
            .UseEpochs(1)
            .UseLogger(new ListLogger(log))
            .Build()
            .Fit(TestWorld.Dataset(4, 4, 4));
        model.Save(saved);
        Assert.Contains(log, line =>
            line.StartsWith("Information: Backbone ViT 64x2/8@")
            && line.Contains("timm VisionTransformer names")
            && line.EndsWith("resampled from 16 pixels")
        );
        Assert.Contains(log, line => line.StartsWith("Warning: ") && line.Contains("activation QuickGelu is used instead of Gelu"));
        Assert.Contains(log, line => line.StartsWith("Warning: ") && line.Contains("no config.json"));

        using FineTunedModel loaded = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" });
        Assert.Equal(model.Backbone.Config, loaded.Backbone.Config);
        Assert.Equal(options, loaded.Recipe.BackboneOptions);
        using Tensor images = randn(2, 3, 32, 32);
        using IDisposable noGrad = no_grad();
        using Tensor expected = model.Logits(images),
            found = loaded.Logits(images);
        Assert.True(expected.eq(found).all().item<bool>());

        string recipe = Path.Combine(saved, "recipe.json"),
            text = File.ReadAllText(recipe);
        // In the options and in the identity.
        File.WriteAllText(recipe, text.Replace("\"Activation\": \"QuickGelu\"", "\"Activation\": \"Gelu\""));
        using FineTunedModel consistent = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" });
        File.WriteAllText(recipe, text.Replace("\"ImageSize\": 32,\n      \"Mean\"", "\"ImageSize\": 16,\n      \"Mean\""));
        Assert.Contains("QuickGelu, 32 pixels", Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(saved)).Message);
    }

    [Fact]
    public void Save_IntoAFolderWithOtherFiles_Refuses()
    {
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).Build().Fit(TestWorld.Dataset(4, 4, 4));
        File.WriteAllText(Path.Combine(_folder, "thesis.txt"), "mine");
        Assert.Contains("holds no LiftPlus model", Assert.Throws<LiftPlusException>(() => model.Save(_folder)).Message);
        Assert.True(File.Exists(Path.Combine(_folder, "thesis.txt")));
    }

    private string WriteBackbone(string name, int seed)
    {
        string path = Path.Combine(_folder, name);
        using var backbone = new Backbone(TestWorld.Config);
        backbone.Initialize(seed);
        TestBackbones.WriteTimm(backbone, path);
        return path;
    }

    private static FineTunedModel Train(string backbone, ImageDataset data) =>
        TestWorld.Builder().UseBackbone(backbone).UseEpochs(1).Build().Fit(data);
}
