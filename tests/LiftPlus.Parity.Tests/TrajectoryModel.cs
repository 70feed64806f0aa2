using System.Text.Json;
using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Peft;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>The golden backbone with the modules and head of a run, at its initial values.</summary>
internal sealed class TrajectoryModel : IDisposable
{
    private readonly Backbone _backbone = Backbone.Load(GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors"));

    public TrajectoryModel(string run, JsonElement json, GoldenFile tensors, GoldenPlace place)
    {
        _backbone.to(place.Device); // in the library's order
        if (place.Storage != float32)
            _backbone.StoreImageWeightsAs(place.Storage);
        _backbone.Freeze();
        JsonElement golden = json.GetProperty("runs").GetProperty(run);
        JsonElement config = golden.GetProperty("config");
        int classes = json.GetProperty("class_counts").GetArrayLength();
        using var random = new Generator(0);
        var context = new PeftContext(_backbone, classes, random);
        foreach (PeftOptions method in Methods(config.GetProperty("overrides")))
            method.Apply(context);
        ClassifierOptions head = config.GetProperty("classifier").GetString() switch
        {
            "CosineClassifier" => new CosineClassifierOptions { Scale = config.GetProperty("scale").GetDouble() },
            "LinearClassifier" => new LinearClassifierOptions(),
            string other => throw new InvalidDataException($"The run '{run}' has the head {other}, which is in no table here."),
            null => throw new InvalidDataException($"The run '{run}' has no head."),
        };
        Head = head.CreateClassifier(new ClassifierContext(_backbone.Image.FeatureDimension, classes, random));

        Head.to(place.Device);
        Dictionary<string, Parameter> ours = _backbone
            .named_parameters()
            .Where(entry => entry.parameter.requires_grad)
            .Concat(Head.named_parameters().Select(entry => (name: "classifier." + entry.name, entry.parameter)))
            .ToDictionary(entry => entry.name, entry => entry.parameter);
        Trained = [.. new ReferenceNames(_backbone).Order(ours.Keys).Select(pair => (pair.Theirs, ours[pair.Ours]))];
        Assert.Equal(ours.Count, Trained.Count);
        string start = golden.GetProperty("init_stored_as").GetString() + ".init.";
        Assert.Equal(
            tensors.Names.Where(name => name.StartsWith(start, StringComparison.Ordinal)).Select(name => name[start.Length..]).Order(),
            Trained.Select(entry => entry.Theirs).Order()
        );

        using IDisposable noGrad = no_grad();
        foreach ((string theirs, Parameter parameter) in Trained)
        {
            using Tensor value = tensors[start + theirs].ToTensor();
            Assert.Equal(value.shape, parameter.shape);
            parameter.copy_(value);
        }
    }

    public Classifier Head { get; }

    public IReadOnlyList<(string Theirs, Parameter Parameter)> Trained { get; }

    public Tensor Logits(Tensor images) => Head.forward(_backbone.EncodeImage(images));

    public void Dispose()
    {
        Head.Dispose();
        _backbone.Dispose();
    }

    private static IEnumerable<PeftOptions> Methods(JsonElement overrides)
    {
        var rest = overrides.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value);
        bool Take(string key) => rest.Remove(key, out JsonElement value) && value.GetBoolean();
        int? Size(string key) => rest.Remove(key, out JsonElement value) ? value.GetInt32() : null;
        var methods = new List<PeftOptions>();
        if (Take("v.bitfit"))
            methods.Add(new BitFitOptions { Layers = PeftCase.Layers(rest, "v.bitfit_layers") });
        if (Take("v.lora"))
            methods.Add(new LoraOptions { Rank = Size("v.lora_dim"), Layers = PeftCase.Layers(rest, "v.lora_layers") });
        if (Take("v.adaptformer"))
            methods.Add(
                new AdaptFormerOptions { Dimension = Size("v.adaptformer_dim"), Layers = PeftCase.Layers(rest, "v.adaptformer_layers") }
            );
        string[] unknown = [.. rest.Keys.Except(["classifier", "classifier_init", "lr"])];
        Assert.True(unknown.Length == 0, $"The run's overrides {string.Join(", ", unknown)} are in no table here.");
        return methods;
    }
}
