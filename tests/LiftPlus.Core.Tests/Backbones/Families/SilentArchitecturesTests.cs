using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones.Families;

/// <summary>Architectures whose tensors look like those of others: names decide, and what is not known is refused or remarked on.</summary>
public sealed class SilentArchitecturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vit_giantopt_patch16_siglip_256", 1536, 16, Activation.GeluTanh)]
    [InlineData("vit_giantopt_patch16_siglip_384.v2_webli", 1536, 16, Activation.GeluTanh)]
    [InlineData("vit_so400m_patch16_siglip_512", 1152, 16, Activation.GeluTanh)]
    [InlineData("vit_so400m_patch14_siglip_384", 1152, 16, Activation.Gelu)]
    [InlineData("vit_base_patch32_siglip_256", 768, 12, Activation.GeluTanh)]
    [InlineData("vit_base_patch16_siglip_256", 768, 12, Activation.Gelu)]
    [InlineData("vit_large_patch16_siglip_512", 1024, 16, Activation.GeluTanh)]
    [InlineData("vit_large_patch16_siglip_384", 1024, 16, Activation.Gelu)]
    [InlineData("vit_huge_patch14_clip_quickgelu_378", 1280, 16, Activation.QuickGelu)]
    [InlineData("vit_gigantic_patch14_clip_224", 1664, 16, Activation.Gelu)]
    [InlineData("vit_giant_patch14_clip_224", 1408, 16, Activation.Gelu)]
    [InlineData("vit_base_patch16_clip_quickgelu_224", 768, 12, Activation.QuickGelu)]
    [InlineData("test_vit", 64, 2, Activation.Gelu)]
    [InlineData("vit_small_patch16_224", 384, 6, Activation.Gelu)]
    public void TimmsNamesSayWhatTensorsDoNot(string architecture, int width, int heads, Activation activation)
    {
        Assert.True(TimmArchitectures.IsKnownViT(architecture));
        Assert.Equal((heads, activation), (TimmArchitectures.Heads(architecture, width), TimmArchitectures.Activation(architecture)));
    }

    [Fact]
    public void TheArchitecturesNameIsUsedWhereArgumentsAreMissing()
    {
        Save(TinyBackbones.Siglip, WeightNaming.Timm);
        Change("config.json", file =>
        {
            file["architecture"] = "vit_base_patch32_siglip_256";
            file["model_args"]!.AsObject().Remove("act_layer");
        });
        using Backbone loaded = Load();
        Assert.Equal(Activation.GeluTanh, loaded.Config.Image.MlpActivation);
        Assert.Empty(loaded.Origin!.Remarks);
    }

    [Theory]
    [InlineData("my_vit", "The architecture 'my_vit' in ")]
    [InlineData(null, "config.json names no architecture")]
    public void AnUnknownNameIsRemarkedOn(string? architecture, string expected)
    {
        Save(TinyBackbones.Siglip, WeightNaming.Timm);
        Change("config.json", file =>
        {
            file["architecture"] = architecture;
            file["model_args"]!.AsObject().Remove("num_heads");
            file["model_args"]!.AsObject().Remove("act_layer");
        });
        using Backbone loaded = Load();
        string remark = Assert.Single(loaded.Origin!.Remarks);
        Assert.Contains(expected, remark);
        Assert.EndsWith("2 heads and Gelu are assumed.", remark);
    }

    [Theory]
    [InlineData("resnetaa50d")]
    [InlineData("ecaresnetblur50")]
    [InlineData("seresnextaa101d_32x8d")]
    public void AntialiasedResNetsAreRefused(string architecture)
    {
        Save(TinyBackbones.ResNet, WeightNaming.Timm);
        Change("config.json", file => file["architecture"] = architecture);
        Assert.Contains($"The architecture is '{architecture}'", Refused());
    }

    [Theory]
    [InlineData("resnet50", 0)]
    [InlineData("tv_resnet101", 0)]
    [InlineData("gluon_resnet50_v1b", 0)]
    [InlineData("resnet50.a1_in1k", 0)]
    [InlineData("my_resnet", 1)]
    public void AnUnknownResNetIsRemarkedOn(string architecture, int remarks)
    {
        Save(TinyBackbones.ResNet, WeightNaming.Timm);
        Change("config.json", file => file["architecture"] = architecture);
        using Backbone loaded = Load();
        Assert.Equal(remarks, loaded.Origin!.Remarks.Length);
    }

    [Theory]
    [InlineData("ResNet", "aa_layer", "\"avg\"")]
    [InlineData("ResNet", "output_stride", "16")]
    [InlineData("ViT", "block_fn", "\"ResPostBlock\"")]
    [InlineData("ViT", "global_pool", "\"max\"")]
    public void ArgumentsWithoutATraceAreRefused(string name, string argument, string value)
    {
        Save((BackboneConfig)typeof(TinyBackbones).GetField(name)!.GetValue(null)!, WeightNaming.Timm);
        Change("config.json", file => file["model_args"]![argument] = JsonNode.Parse(value));
        Assert.Contains($"'{argument}' is ", Refused());
    }

    [Theory]
    [InlineData("Clip", "chinese_clip")]
    [InlineData("ViT", "ijepa")]
    [InlineData("Siglip", "siglip2_vision_model")]
    [InlineData("Dinov2", "dinov2_of_another_kind")]
    public void AnotherModelTypeIsRefusedByName(string name, string type)
    {
        Save((BackboneConfig)typeof(TinyBackbones).GetField(name)!.GetValue(null)!, WeightNaming.HuggingFace);
        Change("config.json", file => file["model_type"] = type);
        Assert.Contains($"'model_type' is '{type}'", Refused());
    }

    // A text of MetaCLIP 2 ends at the first 2, and larger ids stand before it.
    [Theory]
    [InlineData("metaclip_2", "2", 2)]
    [InlineData("metaclip_2", null, 2)]
    [InlineData("metaclip_2", "7", 7)]
    [InlineData("clip", "7", 7)]
    [InlineData("clip", "2", null)]
    [InlineData("clip", "599", null)]
    [InlineData("clip", null, null)]
    public void TheEndOfATextIsTheOneOfTheDescription(string type, string? id, int? expected)
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        Change("config.json", file =>
        {
            file["model_type"] = type;
            file["text_config"]!["eos_token_id"] = id is null ? null : JsonNode.Parse(id);
        });
        using Backbone loaded = Load();
        Assert.Equal(expected, loaded.Config.Text!.EndToken);
        using IDisposable noGrad = no_grad();
        using Tensor tokens = tensor(new long[] { 0, 9, 8, 7, 5, 2, 1, 1, 1, 0, 9, 8, 7, 2, 3, 3, 3, 3 }).view(2, 9),
            other = tensor(new long[] { 0, 9, 8, 7, 5, 2, 4, 4, 4, 0, 9, 8, 7, 2, 5, 5, 5, 5 }).view(2, 9),
            one = loaded.EncodeText(tokens),
            two = loaded.EncodeText(other);
        Assert.Equal(one.bytes, two.bytes); // what follows the end does not matter
        loaded.Save(_folder["again"], TinyVocabulary.Write(_folder));
        using Backbone again = Backbone.Load(_folder["again"]);
        Assert.Equal(loaded.Config, again.Config);
    }

    [Fact]
    public void OpenClipsEndTokenIsRead()
    {
        Save(TinyBackbones.Clip, WeightNaming.OpenAI);
        Change("open_clip_config.json", file =>
        {
            file["model_cfg"]!["text_cfg"]!["pool_type"] = "eos";
            file["model_cfg"]!["text_cfg"]!["eos_id"] = 3;
        });
        using Backbone loaded = Load();
        Assert.Equal(3, loaded.Config.Text!.EndToken);
        loaded.Save(_folder["again"], TinyVocabulary.Write(_folder), WeightNaming.OpenAI);
        using Backbone again = Backbone.Load(_folder["again"]);
        Assert.Equal(loaded.Config, again.Config);
    }

    [Fact]
    public void OpenClipsCustomTextIsRead()
    {
        using Backbone saved = Save(TinyBackbones.Clip, WeightNaming.OpenAI);
        Rename(name => name.StartsWith("visual.", StringComparison.Ordinal) || name == "logit_scale" ? name : "text." + name);
        Change("open_clip_config.json", file => file["model_cfg"]!["custom_text"] = true);
        using Backbone loaded = Load();
        Assert.Equal(saved.Config, loaded.Config);
        Assert.Equal("open_clip CustomTextCLIP", loaded.Origin!.Naming);
        Dictionary<string, Tensor> found = loaded.state_dict();
        Assert.All(saved.state_dict(), entry => Assert.Equal(entry.Value.contiguous().bytes, found[entry.Key].contiguous().bytes));
    }

    [Theory]
    [InlineData("token_embedding.weight", "text.transformer.embeddings.word_embeddings.weight")]
    public void AnotherTextTowerOfOpenClipIsNamed(string tensor, string renamed)
    {
        Save(TinyBackbones.Clip, WeightNaming.OpenAI).Dispose();
        Rename(name =>
            name.StartsWith("visual.", StringComparison.Ordinal) || name == "logit_scale" ? name
            : name == tensor ? renamed
            : "text." + name
        );
        string message = Refused();
        Assert.Contains("tensor 'text.", message);
        Assert.Contains("CustomTextCLIP", message);
    }

    [Fact]
    public void AnImageTowerOfTimmInOpenClipIsReadByItsDescription()
    {
        using Backbone saved = Save(TinyBackbones.Siglip with { Preprocess = TinyBackbones.Siglip.Preprocess }, WeightNaming.Timm);
        Rename(name => "visual.trunk." + name);
        File.Delete(Place("config.json"));
        File.WriteAllText(
            Place("open_clip_config.json"),
            """
            {
              "model_cfg": {
                "custom_text": true,
                "vision_cfg": {
                  "timm_model_name": "vit_so400m_patch16_siglip_256", "timm_pool": "map",
                  "timm_model_kwargs": { "num_heads": 4, "img_size": 30 }
                }
              },
              "preprocess_cfg": { "mean": [0.1, 0.1, 0.1], "std": [0.2, 0.2, 0.2] }
            }
            """
        );
        using Backbone loaded = Load();
        var image = (VisionTransformerConfig)loaded.Config.Image;
        Assert.Equal((4, Activation.GeluTanh, 30), (image.Heads, image.Activation, image.ImageSize));
        Assert.All(loaded.Config.Preprocess.Mean, value => Assert.Equal(0.1f, value));
        Assert.Equal("visual.trunk.", loaded.Origin!.Prefix);
        Assert.EndsWith("open_clip_config.json", loaded.Origin.DescriptionPath);
        Assert.Contains("Only the image tower", Assert.Single(loaded.Origin.Remarks));

        Change("open_clip_config.json", file => file["model_cfg"]!["vision_cfg"]!["image_size"] = 64);
        Assert.Contains("'image_size' is 64", Refused());
        File.Delete(Place("open_clip_config.json"));
        using Backbone bare = Load();
        Assert.Contains(bare.Origin!.Remarks, remark => remark.Contains("There is no open_clip_config.json beside the weights"));
    }

    private Backbone Load() => Backbone.Load(_folder["model"]);

    private string Refused() => Assert.ThrowsAny<LiftPlusException>(() => Load().Dispose()).Message;

    private Backbone Save(BackboneConfig config, WeightNaming naming)
    {
        Backbone backbone = new(config);
        backbone.Initialize(1);
        backbone.Save(_folder["model"], config.Text is null ? null : TinyVocabulary.Write(_folder), naming);
        return backbone;
    }

    private string Place(string file) => Path.Combine(_folder["model"], file);

    private void Change(string file, Action<JsonNode> change)
    {
        JsonNode content = JsonNode.Parse(File.ReadAllText(Place(file)))!;
        change(content);
        File.WriteAllText(Place(file), content.ToJsonString());
    }

    private void Rename(Func<string, string> rename)
    {
        string path = Directory.GetFiles(_folder["model"], "*.safetensors").Single();
        using DisposeScope scope = NewDisposeScope();
        KeyValuePair<string, Tensor>[] tensors;
        using (Safetensors file = Safetensors.Open(path))
            tensors = [.. file.Tensors.Keys.Select(name => KeyValuePair.Create(rename(name), file.Read(name)))];
        Safetensors.Write(path, tensors);
    }
}
