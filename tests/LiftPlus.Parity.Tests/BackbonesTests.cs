using System.Text.Json;
using LiftPlus.Backbones;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Every weight file of the golden set, loaded as an application would, against the reference's features and logits.</summary>
public sealed class BackbonesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Weight file, the file of inputs and outputs, the model's description, and what lies beside the weights under which name.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, string, string>> Cases()
    {
        yield return new("clip_vit.openai.safetensors", "clip_vit.io.safetensors", "clip_vit.json", "", "");
        yield return new("clip_vit.openai.safetensors", "clip_vit.io.safetensors", "clip_vit.json", "clip_vit.open_clip_config.json", "open_clip_config.json");
        yield return new("clip_mini.hf.safetensors", "clip_mini.io.safetensors", "clip_mini.json", "clip_mini.hf.config.json", "config.json");
        yield return new("clip_mini.hf.safetensors", "clip_mini.hf_heads.io.safetensors", "clip_mini.json:hf_heads", "clip_mini.hf_heads.config.json", "config.json");
        yield return new("clip_mini.openai.fp32.pt", "clip_mini.io.safetensors", "clip_mini.json", "", "");
        yield return new("clip_mini.openai.fp16.pt", "clip_mini.io.safetensors", "clip_mini.json", "", "");
        yield return new("clip_mini.openai.torchscript.pt", "clip_mini.io.safetensors", "clip_mini.json", "", "");
        yield return new("timm_vit.timm.safetensors", "timm_vit.io.safetensors", "timm_vit.json", "timm_vit.json", "");
        yield return new("clip_rn.openai.safetensors", "clip_rn.io.safetensors", "clip_rn.json", "", "");
        yield return new("timm_rn.timm.safetensors", "timm_rn.io.safetensors", "timm_rn.json", "", "");
        yield return new("timm_vit.hf.safetensors", "timm_vit.io.safetensors", "timm_vit.json", "timm_vit.hf.config.json", "config.json");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FeaturesAndLogitsEqualTheReference(string weights, string numbers, string description, string beside, string besideName)
    {
        File.Copy(GoldenFolder.PathOf("backbones", weights), Path.Combine(_folder, "model" + Path.GetExtension(weights)));
        if (besideName.Length > 0)
            File.Copy(GoldenFolder.PathOf("backbones", beside), Path.Combine(_folder, besideName));
        JsonElement sizes = Description(description);
        // A timm file alone does not tell its heads.
        BackboneLoadOptions options = new() { ImageHeads = besideName.Length > 0 || weights.Contains("_rn") ? null : Heads(sizes, "vision_heads") };
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
        using Backbone described = Backbone.Load(_folder), bare = Backbone.Load(plain);
        Assert.Equal(bare.Config, described.Config);
    }

    [Fact]
    public void BothNamingsOfAModelHoldTheSameTensors()
    {
        BackboneLoadOptions heads = new() { ImageHeads = Heads(Description("timm_vit.json"), "vision_heads") };
        using Backbone timm = Backbone.Load(GoldenFolder.PathOf("backbones", "timm_vit.timm.safetensors"), heads);
        using Backbone transformers = Backbone.Load(GoldenFolder.PathOf("backbones", "timm_vit.hf.safetensors"));
        Dictionary<string, Tensor> expected = timm.state_dict(), found = transformers.state_dict();
        Assert.Equal(expected.Keys, found.Keys);
        Assert.All(expected, entry => TensorAssert.Close(entry.Value, found[entry.Key], 0, 0, entry.Key));
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
        Tensor imageInJoint = backbone.ProjectImage(image), textInJoint = backbone.ProjectText(text);
        TensorAssert.Near(golden["text_features"], text, "text_features");
        TensorAssert.Near(golden["text_features_proj"], textInJoint, "text_features_proj");
        if (golden.Contains("image_features_proj"))
            TensorAssert.Near(golden["image_features_proj"], imageInJoint, "image_features_proj");
        TensorAssert.Near(golden["logits"], backbone.Logits(imageInJoint, textInJoint), "logits");
    }

    private static JsonElement Description(string name) =>
        name.Split(':') is [string file, string part] ? GoldenFolder.Json("backbones", file).GetProperty(part) : GoldenFolder.Json("backbones", name);

    private static int Heads(JsonElement sizes, string name) =>
        sizes.TryGetProperty(name, out JsonElement heads) ? heads.GetInt32() : sizes.GetProperty("config").GetProperty("num_heads").GetInt32();
}
