using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>Models go out to other programs' files and come back.</summary>
public sealed class ImportedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ImportedModelTests()
    {
        using Backbone backbone = TestWorld.CreateBackbone();
        backbone.Save(_folder["backbone"]);
    }

    private static readonly ModelLoadOptions s_cpu = new() { Device = "cpu" };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void APeftFolder_GivesTheModelBack(bool isLinear)
    {
        ClassifierOptions head = isLinear ? new LinearClassifierOptions() : new CosineClassifierOptions { Scale = 20 };
        using FineTunedModel model = Train(
            new LoraOptions
            {
                Rank = 2,
                Alpha = 16,
                Layers = LayerSelection.From(1),
            },
            head
        );
        PeftExport.Save(model, _folder["peft"]);
        Assert.Equal(isLinear, !File.Exists(Path.Combine(_folder["peft"], MergedExport.ClassifierFile)));

        using FineTunedModel loaded = ImportedModel.FromPeft(
            _folder["peft"],
            new FineTuningRecipe { Backbone = _folder["backbone"], Classifier = head },
            model.Classes,
            s_cpu
        );
        AssertSame(model, loaded);
        Assert.Equal(model.Recipe.Peft.AsEnumerable(), loaded.Recipe.Peft);
        loaded.Save(_folder["saved"]);
        using FineTunedModel again = FineTunedModel.Load(_folder["saved"], new ModelLoadOptions { Device = "cpu" });
        AssertSame(model, again);
    }

    [Fact]
    public void AReferenceCheckpoint_GivesTheModelBack()
    {
        using FineTunedModel model = Train(new AdaptFormerOptions { Dimension = 3 }, new CosineClassifierOptions());
        string file = _folder[ReferenceCheckpoint.FileName];
        ReferenceCheckpoint.Save(file, model.Backbone, model.Classifier);
        using FineTunedModel loaded = ImportedModel.FromReference(file, model.Recipe, model.Classes, s_cpu);
        AssertSame(model, loaded);

        var fewer = new ClassDistribution(["a", "b"], [1, 1]);
        Assert.Contains(
            "classifier.weight is Float32 [3, 64] instead of (2, 64)",
            Assert.Throws<LiftPlusException>(() => ImportedModel.FromReference(file, model.Recipe, fewer, s_cpu)).Message
        );
        Assert.Contains(
            "Backbone: the recipe names none",
            Assert
                .Throws<RecipeException>(() => ImportedModel.FromReference(file, model.Recipe with { Backbone = null }, model.Classes))
                .Message
        );
    }

    [Fact]
    public void AnotherHead_IsNamed()
    {
        using FineTunedModel model = Train(new LoraOptions { Rank = 2 }, new CosineClassifierOptions());
        PeftExport.Save(model, _folder["peft"]);
        var recipe = new FineTuningRecipe { Backbone = _folder["backbone"], Classifier = new L2NormClassifierOptions() };
        var renamed = new ClassDistribution(["red", "green", "azure"], [1, 1, 1]);
        string message = Assert.Throws<LiftPlusException>(() => ImportedModel.FromPeft(_folder["peft"], recipe, renamed, s_cpu)).Message;
        Assert.Contains("type is cosine, and the recipe and classes given say l2norm", message);
        Assert.Contains("logit_scale is 25", message);
        Assert.Contains("azure", message);
    }

    [Fact]
    public void WhatPeftCannotHold_IsRefusedBeforeAnythingIsWritten()
    {
        using FineTunedModel model = Train(new AdaptFormerOptions(), new CosineClassifierOptions());
        Assert.Contains(
            "the backbone has no LoRA modules; ",
            Assert.Throws<LiftPlusException>(() => PeftExport.Save(model, _folder["peft"])).Message
        );
        Assert.Equal([_folder["backbone"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    private FineTunedModel Train(PeftOptions method, ClassifierOptions head) =>
        TestWorld
            .Builder()
            .UseBackbone(_folder["backbone"])
            .AddPeft(method)
            .UseClassifier(head)
            .UseEpochs(1)
            .Build()
            .Fit(TestWorld.Dataset(4, 4, 4));

    private static void AssertSame(FineTunedModel expected, FineTunedModel found)
    {
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(3, 3, 16, 16),
            want = expected.Logits(images),
            got = found.Logits(images);
        TensorAssert.Close(want, got, 0, 1e-5, "logits");
        Assert.Equal(expected.ClassNames, found.ClassNames);
        Assert.Equal(expected.BackboneSha256, found.BackboneSha256);
    }
}
