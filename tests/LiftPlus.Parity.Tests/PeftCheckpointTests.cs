using System.Text.Json;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Peft;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Loads checkpoints of the reference trainer and compares the logits with the reference.</summary>
public sealed class PeftCheckpointTests
{
    public static TheoryData<string> Cases =>
        [
            .. Directory
                .EnumerateDirectories(GoldenFolder.PathOf("checkpoint"))
                .Select(path => Path.GetFileName(path)!)
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void GivesTheReferencesLogits(string name)
    {
        JsonElement json = GoldenFolder.Json("checkpoint", name, "expected.json");
        GoldenFile expected = GoldenFolder.Tensors("checkpoint", name, "expected.safetensors");
        using DisposeScope scope = NewDisposeScope();
        using Backbone backbone = Loaded(name, json, expected, out Classifier head);
        using (head)
        using (no_grad())
        {
            IEnumerable<string> trained = backbone
                .named_parameters()
                .Where(entry => entry.parameter.requires_grad)
                .Select(entry => entry.name);
            foreach ((string ours, string theirs) in new ReferenceNames(backbone).Order(trained))
            {
                TensorAssert.Close(expected["tuner." + theirs], backbone.get_parameter(ours)!, 0, 0, theirs);
            }

            Tensor images = GoldenFolder.Tensors("checkpoint", "inputs.safetensors")["images"].ToTensor();
            Tensor logits = head.forward(backbone.EncodeImage(images));
            PeftGolden.Near(expected["logits"], logits, "logits");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void IsWrittenAsTheReferenceWritesIt(string name)
    {
        JsonElement json = GoldenFolder.Json("checkpoint", name, "expected.json");
        GoldenFile expected = GoldenFolder.Tensors("checkpoint", name, "expected.safetensors");
        using var folder = new TemporaryFolder();
        string path = folder[ReferenceCheckpoint.FileName];
        using Backbone backbone = Loaded(name, json, expected, out Classifier head);
        using (head)
            ReferenceCheckpoint.Save(path, backbone, head);

        // Names, order, types and shapes must equal those of the reference file.
        using WeightSource written = WeightFile.Open(path);
        using WeightSource theirs = WeightFile.Open(GoldenFolder.PathOf("checkpoint", name, "checkpoint.pth.tar"));
        Assert.Equal(json.GetProperty("keys").EnumerateArray().Select(key => "tuner." + key.GetString()), written.Tensors.Keys);
        foreach ((string key, TensorInfo info) in theirs.Tensors)
        {
            Assert.Equal(info.ToString(), written.Tensors[key].ToString());
            using Tensor want = theirs.Read(key);
            using Tensor got = written.Read(key);
            TensorAssert.Close(want, got, 0, 0, key);
        }
    }

    [Theory]
    [MemberData(nameof(PeftParityTests.Cases), MemberType = typeof(PeftParityTests))]
    public void EveryMethodIsWrittenUnderTheReferencesKeys(string name)
    {
        var test = new PeftCase(name);
        using var folder = new TemporaryFolder();
        using Backbone backbone = Backbone.Load(test.Weights);
        using Backbone again = Backbone.Load(test.Weights);
        int classes = test.Inputs("class_counts").Integers().Length;
        using Classifier? head = Prepare(test, backbone, classes, seed: 0);
        using Classifier? otherHead = Prepare(test, again, classes, seed: 1);
        ReferenceCheckpoint.Save(folder["c"], backbone, head);

        JsonElement keys = test.Json.GetProperty("state_dict_keys");
        string[] expected =
            keys.ValueKind == JsonValueKind.Array
                ? [.. keys.EnumerateArray().Select(key => key.GetString()!)]
                : [.. test.Trainable.Select(entry => entry.Name)]; // "the trainable names"
        using WeightSource written = WeightFile.Open(folder["c"]);
        Assert.Equal(expected.Select(key => "tuner." + key), written.Tensors.Keys);
        foreach ((string trained, long[] shape) in test.Trainable)
            Assert.Equal(shape, written.Tensors["tuner." + trained].Shape);

        // Loading restores the values in methods that start with other values.
        ReferenceCheckpoint.Load(written, again, otherHead);
        foreach ((string ours, Tensor value) in backbone.TrainedState())
            TensorAssert.Close(value, again.TrainedState()[ours], 0, 0, ours);
    }

    [Fact]
    public void WhatTheReferenceDoesNotHaveIsRefusedAllAtOnce()
    {
        using var folder = new TemporaryFolder();
        using Backbone backbone = Backbone.Load(GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors"));
        using var random = new Generator(0);
        var context = new PeftContext(backbone, 12, random);
        new LoraOptions
        {
            Rank = 2,
            Sites = AdapterSites.Query | AdapterSites.Fc1,
            Layers = LayerSelection.From(0, 2),
        }.Apply(context);
        string message = Assert.Throws<LiftPlusException>(() => ReferenceCheckpoint.Save(folder["c"], backbone, null)).Message;
        foreach (int layer in new[] { 0, 2 })
            Assert.Contains($"image.blocks.{layer}.mlp.fc1.site.lora.down, image.blocks.{layer}.mlp.fc1.site.lora.up", message);
        Assert.DoesNotContain("query", message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void OtherMethodsAreRefusedByName()
    {
        string path = GoldenFolder.PathOf("checkpoint", "lora", "checkpoint.pth.tar");
        using Backbone backbone = Backbone.Load(GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors"));
        using var random = new Generator(0);
        new AdaptFormerOptions { Dimension = 2, Layers = LayerSelection.From(0) }.Apply(new PeftContext(backbone, 12, random));
        using WeightSource source = WeightFile.Open(path);
        string message = Assert.Throws<LiftPlusException>(() => ReferenceCheckpoint.Load(source, backbone, null)).Message;
        Assert.Contains("image_encoder.blocks.0.adaptformer.scale is missing", message);
        Assert.Contains("image_encoder.blocks.0.attn.lora.q.down is unexpected", message);
    }

    private static Classifier? Prepare(PeftCase test, Backbone backbone, int classes, ulong seed)
    {
        using var random = new Generator(seed);
        var context = new PeftContext(backbone, classes, random);
        foreach (PeftOptions method in test.Methods)
            method.Apply(context);
        using IDisposable noGrad = no_grad();
        foreach ((_, Tensor value) in backbone.TrainedState().Where(entry => entry.Value.is_floating_point()))
            value.normal_(0, 1, random);
        ClassifierOptions? options = test.Classifier switch
        {
            null => null,
            "CosineClassifier" => new CosineClassifierOptions(),
            "LinearClassifier" => new LinearClassifierOptions(),
            string other => throw new NotSupportedException($"{test.Name}: the head {other} has no test."),
        };
        return options?.CreateClassifier(new ClassifierContext(backbone.Image.FeatureDimension, classes, random));
    }

    private static Backbone Loaded(string name, JsonElement json, GoldenFile expected, out Classifier head)
    {
        Assert.Equal("CosineClassifier", json.GetProperty("classifier").GetString());
        long[] shape = expected["tuner.classifier.weight"].Shape;
        using var random = new Generator(0);
        Backbone backbone = Backbone.Load(GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors"));
        foreach (PeftOptions method in new PeftCase(name, json, expected).Methods)
        {
            // The checkpoint decides which entries are trained.
            PeftOptions applied = method is ArbitraryFineTuningOptions masked ? masked with { Seed = 99 } : method;
            applied.Apply(new PeftContext(backbone, (int)shape[0], random));
        }

        var options = new CosineClassifierOptions { Scale = json.GetProperty("scale").GetDouble() };
        head = options.CreateClassifier(new ClassifierContext(shape[1], (int)shape[0], random));
        using WeightSource source = WeightFile.Open(GoldenFolder.PathOf("checkpoint", name, "checkpoint.pth.tar"));
        ReferenceCheckpoint.Load(source, backbone, head);
        return backbone;
    }
}
