using System.Text.Json;
using TorchSharp;
using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Peft;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Checkpoints that the reference's trainer saved: read, they give the reference's logits.</summary>
public sealed class PeftCheckpointTests
{
    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(GoldenFolder.PathOf("checkpoint"))
        .Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gives_the_references_logits(string name)
    {
        JsonElement json = GoldenFolder.Json("checkpoint", name, "expected.json");
        GoldenFile expected = GoldenFolder.Tensors("checkpoint", name, "expected.safetensors");
        using DisposeScope scope = NewDisposeScope();
        using Backbone backbone = Loaded(name, json, expected, out Classifier head);
        using (head)
        using (no_grad())
        {
            IEnumerable<string> trained = backbone.named_parameters().Where(entry => entry.parameter.requires_grad)
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

    [Fact]
    public void Other_methods_are_refused_by_name()
    {
        string path = GoldenFolder.PathOf("checkpoint", "lora", "checkpoint.pth.tar");
        using Backbone backbone = Backbone.Load(GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors"));
        using var random = new Generator(0);
        new AdaptFormerOptions { Dimension = 2, Layers = LayerSelection.Of(0) }.Apply(new PeftContext(backbone, 12, random));
        using WeightSource source = WeightFile.Open(path);
        string message = Assert.Throws<LiftPlusException>(() => ReferenceCheckpoint.Load(source, backbone, null)).Message;
        Assert.Contains("image_encoder.blocks.0.adaptformer.scale is missing", message);
        Assert.Contains("image_encoder.blocks.0.attn.lora.q.down has no place", message);
    }

    private static Backbone Loaded(string name, JsonElement json, GoldenFile expected, out Classifier head)
    {
        Assert.Equal("CosineClassifier", json.GetProperty("classifier").GetString());
        long[] shape = expected["tuner.classifier.weight"].Shape;
        using var random = new Generator(0);
        Backbone backbone = Backbone.Load(GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors"));
        foreach (PeftOptions method in new PeftCase(name, json, expected).Methods)
        {
            // The checkpoint's choice of entries must win over ours.
            PeftOptions applied = method is MaskedTuningOptions masked ? masked with { Seed = 99 } : method;
            applied.Apply(new PeftContext(backbone, (int)shape[0], random));
        }

        var options = new CosineClassifierOptions { Scale = json.GetProperty("scale").GetDouble() };
        head = options.CreateClassifier(new ClassifierContext(shape[1], (int)shape[0], random));
        using WeightSource source = WeightFile.Open(GoldenFolder.PathOf("checkpoint", name, "checkpoint.pth.tar"));
        ReferenceCheckpoint.Load(source, backbone, head);
        return backbone;
    }
}
