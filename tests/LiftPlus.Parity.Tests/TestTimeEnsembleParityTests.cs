using System.Globalization;
using System.Text.Json;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Metrics;
using LiftPlus.Peft;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares five-view and single-view logits and their accuracies with golden/tte.</summary>
public sealed class TestTimeEnsembleParityTests
{
    private static readonly GoldenFile s_golden = GoldenFolder.Tensors("tte", "tte.safetensors");
    private static readonly GoldenFile s_pixels = GoldenFolder.Tensors("transforms", "transforms.safetensors");
    private static readonly JsonElement s_json = GoldenFolder.Json("tte", "tte.json");
    private static readonly JsonElement s_transforms = GoldenFolder.Json("transforms", "transforms.json");

    [Fact]
    public void ATrainedModelWithViewsIsTheReferences()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Backbone backbone = Backbone.Load(GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors"));
        int classes = s_json.GetProperty("class_counts").GetArrayLength();
        using var random = new Generator(0);
        new AdaptFormerOptions().Apply(new PeftContext(backbone, classes, random));
        using Classifier head = new CosineClassifierOptions().CreateClassifier(
            new ClassifierContext(backbone.Image.FeatureDimension, classes, random)
        );
        const string prefix = "classifier.param.";
        Dictionary<string, Parameter> ours = backbone
            .named_parameters()
            .Where(entry => entry.parameter.requires_grad)
            .Append((name: "classifier.weight", parameter: head.Weight!))
            .ToDictionary(entry => new ReferenceNames(backbone).Find(entry.name)!, entry => entry.parameter);
        Assert.Equal(
            s_golden.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]).Order(),
            ours.Keys.Order()
        );
        foreach ((string name, Parameter parameter) in ours)
        {
            using Tensor value = s_golden[prefix + name].ToTensor();
            Assert.Equal(value.shape, parameter.shape);
            parameter.copy_(value);
        }

        SameLogitsAndAccuracies("classifier", images => head.forward(backbone.EncodeImage(images)));
    }

    [Fact]
    public void AZeroShotModelWithViewsIsTheReferences()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Backbone backbone = Backbone.Load(GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors"));
        Tensor text = backbone.ProjectText(backbone.EncodeText(s_golden["zero_shot.class_tokens"].ToTensor()));
        SameLogitsAndAccuracies("zero_shot", images => backbone.Logits(backbone.ProjectImage(backbone.EncodeImage(images)), text));
    }

    private static void SameLogitsAndAccuracies(string mode, Func<Tensor, Tensor> classify)
    {
        Tensor views = Pixels("tte");
        Tensor plain = Pixels("test");
        Assert.Equal(s_json.GetProperty(mode).GetProperty("batch_shape_tte").EnumerateArray().Select(size => size.GetInt64()), views.shape);
        Assert.Equal(
            s_json.GetProperty(mode).GetProperty("batch_shape_plain").EnumerateArray().Select(size => size.GetInt64()),
            plain.shape
        );
        Near("crop_logits", classify(views.flatten(0, 1)).view(views.shape[0], views.shape[1], -1));
        Near("tte_logits", TestTimeEnsemble.Logits(views, classify));
        Near("plain_logits", TestTimeEnsemble.Logits(plain, classify));

        void Near(string name, Tensor logits)
        {
            GoldenTensor wanted = s_golden[$"{mode}.{name}"];
            PeftGolden.Near(wanted, logits, name);
            if (name != "crop_logits")
                Assert.Equal(
                    s_json
                        .GetProperty(mode)
                        .GetProperty(name == "tte_logits" ? "printed_tte" : "printed_plain")
                        .EnumerateArray()
                        .Select(line => line.GetString()),
                    Print(logits)
                );
        }
    }

    // Formats our metrics like the lines of the reference.
    private static string[] Print(Tensor logits)
    {
        int[] counts = [.. s_json.GetProperty("class_counts").EnumerateArray().Select(count => count.GetInt32())];
        var builder = new ClassificationMetricsBuilder(new ClassDistribution(counts.Select((_, c) => $"class {c}"), counts));
        builder.Add(tensor([.. s_json.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64())]), logits);
        ClassificationMetrics metrics = builder.Build();
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"* Overall accuracy: {metrics.Overall:F2}%"),
            string.Create(CultureInfo.InvariantCulture, $"* Mean class accuracy: {metrics.MeanClass:F2}%"),
            string.Create(CultureInfo.InvariantCulture, $"* Many: {metrics.Many:F2}%  Med: {metrics.Medium:F2}%  Few: {metrics.Few:F2}%"),
        ];
    }

    private static Tensor Pixels(string pipeline) =>
        GoldenPixels.Normalize(
            stack([
                .. s_json.GetProperty("images").EnumerateArray().Select(image => s_pixels[$"{image.GetString()}.{pipeline}.u8"].ToTensor()),
            ]),
            GoldenPixels.Floats(s_transforms.GetProperty("mean")),
            GoldenPixels.Floats(s_transforms.GetProperty("std"))
        );
}
