using System.Text.Json;
using LiftPlus.Backbones;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>
/// Compares every weight file of the golden set, loaded as in an application, with the features and logits of the reference.
/// </summary>
public sealed class BackbonesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>
    /// Lists the weight file, the file of inputs and outputs, the description of the model, and the files next to the weights with their
    /// names: for every weight file of the folder, alone and with each matching description.
    /// </summary>
    public static IEnumerable<TheoryDataRow<string, string, string, string, string>> Cases()
    {
        string[] files = [.. Directory.GetFiles(GoldenFolder.PathOf("backbones")).Select(path => Path.GetFileName(path)).Order()];
        foreach (string weights in files.Where(file => !file.EndsWith(".json") && !file.EndsWith(".io.safetensors")))
        {
            string[] parts = weights.Split('.');
            (string model, string naming) = (parts[0], parts[1]);
            string[] configs = [.. files.Where(file => file.StartsWith($"{model}.hf") && file.EndsWith(".config.json"))];
            if (naming != "hf")
                yield return new(weights, $"{model}.io.safetensors", $"{model}.json", "", "");
            if (naming == "openai" && files.Contains($"{model}.open_clip_config.json"))
                yield return new(
                    weights,
                    $"{model}.io.safetensors",
                    $"{model}.json",
                    $"{model}.open_clip_config.json",
                    "open_clip_config.json"
                );
            foreach (string config in naming == "hf" ? configs : [])
            {
                string variant = config.Split('.')[1];
                yield return variant == "hf"
                    ? new(weights, $"{model}.io.safetensors", $"{model}.json", config, "config.json")
                    : new(weights, $"{model}.{variant}.io.safetensors", $"{model}.json:{variant}", config, "config.json");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FeaturesAndLogitsEqualTheReference(string weights, string numbers, string description, string beside, string besideName)
    {
        File.Copy(GoldenFolder.PathOf("backbones", weights), Path.Combine(_folder, "model" + Path.GetExtension(weights)));
        if (besideName.Length > 0)
            File.Copy(GoldenFolder.PathOf("backbones", beside), Path.Combine(_folder, besideName));
        JsonElement sizes = Description(description);
        // A timm file alone does not contain the number of heads.
        BackboneLoadOptions options = new()
        {
            ImageHeads = besideName.Length > 0 || weights.Contains("_rn") ? null : Heads(sizes, "vision_heads"),
        };
        using Backbone backbone = Backbone.Load(_folder, options);

        switch (backbone.Config.Image)
        {
            case VisionTransformerConfig image:
                Assert.Equal(Heads(sizes, "vision_heads"), image.Heads);
                break;
            case ClipResNetConfig image:
                Assert.Equal(Heads(sizes, "vision_heads"), image.Heads);
                break;
            case ResNetConfig image:
                Assert.Equal(sizes.GetProperty("embed_dim").GetInt32(), image.FeatureDimension);
                break;
        }

        AssertOutputs(backbone, GoldenFolder.Tensors("backbones", numbers));
        Assert.All(backbone.parameters(), parameter => Assert.False(parameter.requires_grad));
    }

    [Fact]
    public void TheOpenClipDescriptionGivesTheSameConfigurationAsTheTensors()
    {
        string plain = GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors");
        File.Copy(plain, Path.Combine(_folder, "open_clip_model.safetensors"));
        File.Copy(GoldenFolder.PathOf("backbones", "clip_vit.open_clip_config.json"), Path.Combine(_folder, "open_clip_config.json"));
        using Backbone described = Backbone.Load(_folder);
        using Backbone bare = Backbone.Load(plain);
        Assert.Equal(bare.Config, described.Config);
    }

    // Every value is exact in half precision, so all files of a model hold the same weights and give the same outputs.
    [Theory]
    [InlineData("timm_vit.timm.safetensors", "timm_vit.hf.safetensors")]
    [InlineData("clip_mini.openai.fp32.pt", "clip_mini.hf.safetensors")]
    [InlineData("clip_mini.openai.fp32.pt", "clip_mini.openai.fp16.pt")]
    [InlineData("clip_mini.openai.fp32.pt", "clip_mini.openai.torchscript.pt")]
    public void AllNamingsOfAModelHoldTheSameTensorsAndGiveTheSameOutputs(string one, string other)
    {
        string model = one.Split('.')[0];
        BackboneLoadOptions heads = new() { ImageHeads = Heads(Description(model + ".json"), "vision_heads") };
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Backbone first = Backbone.Load(GoldenFolder.PathOf("backbones", one), heads);
        using Backbone second = Backbone.Load(GoldenFolder.PathOf("backbones", other), heads);
        Dictionary<string, Tensor> expected = first.state_dict();
        Dictionary<string, Tensor> found = second.state_dict();
        Assert.Equal(expected.Keys, found.Keys);
        Assert.All(expected, entry => TensorAssert.Close(entry.Value, found[entry.Key], 0, 0, entry.Key));
        Tensor images = GoldenFolder.Tensors("backbones", model + ".io.safetensors")["images"].ToTensor();
        TensorAssert.Close(first.EncodeImage(images), second.EncodeImage(images), 0, 0, "image_features");
    }

    [Fact]
    public void EveryFileOfTheFolderIsUsed()
    {
        IEnumerable<string> used = Cases()
            .Select(row => row.Data)
            .SelectMany(data => new[] { data.Item1, data.Item2, data.Item3.Split(':')[0], data.Item4 });
        Assert.Empty(Directory.GetFiles(GoldenFolder.PathOf("backbones")).Select(path => Path.GetFileName(path)).Except(used));
    }

    [Theory]
    [InlineData("clip_mini.openai.fp32.pt", "", "")]
    [InlineData("clip_mini.openai.fp16.pt", "dtypes_fp16", "")]
    [InlineData("clip_mini.openai.torchscript.pt", "dtypes_fp16", "torchscript_extra_entries")]
    public void TorchFilesHoldTheRecordedTypes(string file, string types, string extras)
    {
        JsonElement sizes = Description("clip_mini.json");
        using WeightSource source = WeightFile.Open(GoldenFolder.PathOf("backbones", file));
        IEnumerable<string> names = sizes.GetProperty("dtypes_fp16").EnumerateObject().Select(entry => entry.Name);
        IEnumerable<string> extra = extras.Length == 0 ? [] : sizes.GetProperty(extras).EnumerateObject().Select(entry => entry.Name);
        Assert.Equal(names.Concat(extra).Order(), source.Tensors.Keys.Order());
        foreach (string name in names)
        {
            string type = types.Length == 0 ? "float32" : sizes.GetProperty(types).GetProperty(name).GetString()!;
            Assert.Equal(type, source.Tensors[name].DataType.ToString().ToLowerInvariant());
        }

        foreach (string name in extra)
        {
            using Tensor value = source.Read(name);
            Assert.Equal(sizes.GetProperty(extras).GetProperty(name).GetInt64(), value.item<long>());
        }
    }

    private static void AssertOutputs(Backbone backbone, GoldenFile golden)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor image = backbone.EncodeImage(golden["images"].ToTensor());
        TensorAssert.Near(golden["image_features"], image, "image_features");
        if (backbone.Text is null)
            return;
        Tensor text = backbone.EncodeText(golden["tokens"].ToTensor());
        Tensor imageInJoint = backbone.ProjectImage(image);
        Tensor textInJoint = backbone.ProjectText(text);
        TensorAssert.Near(golden["text_features"], text, "text_features");
        TensorAssert.Near(golden["text_features_proj"], textInJoint, "text_features_proj");
        if (golden.Contains("image_features_proj"))
            TensorAssert.Near(golden["image_features_proj"], imageInJoint, "image_features_proj");
        TensorAssert.Near(golden["logits"], backbone.Logits(imageInJoint, textInJoint), "logits");
    }

    private static JsonElement Description(string name) =>
        name.Split(':') is [string file, string part]
            ? GoldenFolder.Json("backbones", file).GetProperty(part)
            : GoldenFolder.Json("backbones", name);

    private static int Heads(JsonElement sizes, string name) =>
        sizes.TryGetProperty(name, out JsonElement heads)
            ? heads.GetInt32()
            : sizes.GetProperty("config").GetProperty("num_heads").GetInt32();
}
