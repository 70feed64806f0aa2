using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones.Families;

/// <summary>Models that look like supported ones, or have parts that LiftPlus does not compute, are refused by what names them.</summary>
public sealed class RefusedModelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Siglip", "naflexvit_base_patch16_siglip", "it takes images of any shape")]
    [InlineData("PerceptionEncoder", "vit_pe_lang_large_patch14_448", "only the Perception Encoder's core models are")]
    [InlineData("PerceptionEncoder", "vit_pe_spatial_base_patch16_512", "only the Perception Encoder's core models are")]
    [InlineData("PerceptionEncoder", "vit_base_patch16_224", "these tensors are the Perception Encoder's")]
    [InlineData("Eva", "eva02_enormous_patch14_clip_224", "its LayerNorms follow attention and MLP")]
    [InlineData("Eva", "vit_base_patch16_224", "these tensors are EVA's")]
    [InlineData("Eva", "eva02_small_patch14_336", "EVA-02 has gated MLPs and EVA does not")]
    [InlineData("Dinov3", "vit_base_patch14_dinov2", "these tensors are DINOv3's")]
    [InlineData("ViT", "vit_base_patch16_rope_mixed_224", "its rotary positions leave no trace in the tensors")]
    [InlineData("ViT", "vit_base_patch16_rpn_224", "its LayerNorms follow attention and MLP")]
    [InlineData("ViT", "vit_dwee_patch16_reg1_gap_256", "its blocks differ from those of a vision transformer")]
    [InlineData("ViT", "aimv2_large_patch14_224", "its blocks differ from those of a vision transformer")]
    [InlineData("ViT", "test_vit3", "its pooling sees the class token")]
    [InlineData("BasicResNet", "resnetaa34", "the blocks are basic ones")]
    public void AnArchitectureOfTimmIsRefusedByItsName(string name, string architecture, string reason)
    {
        Save(Tiny(name), WeightNaming.Timm);
        Change("config.json", file => file["architecture"] = architecture);
        string message = Refused();
        Assert.Contains($"The architecture is '{architecture}'", message);
        Assert.Contains(reason, message);
    }

    [Theory]
    [InlineData("ConvNext", "conv_mlp", "true")]
    [InlineData("ConvNext", "act_layer", "\"relu\"")]
    [InlineData("ConvNext", "kernel_sizes", "3")]
    [InlineData("ResNet", "replace_stem_pool", "true")]
    [InlineData("Registers", "attn_layer", "\"diff\"")]
    [InlineData("ViT", "pool_include_prefix", "true")]
    public void ArgumentsThatLeaveNoTraceAreRefused(string name, string argument, string value)
    {
        Save(Tiny(name), WeightNaming.Timm);
        Change("config.json", file => file["model_args"]![argument] = JsonNode.Parse(value));
        Assert.Contains($"'{argument}' is given", Refused());
    }

    [Theory]
    [InlineData("Siglip", "siglip2_vision_model")]
    [InlineData("Dinov3", "dinov2")]
    [InlineData("ConvNext", "convnextv2")]
    public void AnotherModelTypeIsRefused(string name, string type)
    {
        Save(Tiny(name), WeightNaming.HuggingFace);
        Change("config.json", file => file["model_type"] = type);
        Assert.Contains($"'model_type' is '{type}'", Refused());
    }

    // SigLIP 2 for images of any shape has a linear layer in place of the convolution, which fits no other model.
    [Fact]
    public void NaFlexIsRefusedByItsModelType()
    {
        Save(TinyBackbones.Siglip, WeightNaming.HuggingFace);
        Change("config.json", file => file["model_type"] = "siglip2_vision_model");
        Rewrite((name, values) => (name, name.EndsWith("patch_embedding.weight", StringComparison.Ordinal) ? values.flatten(1) : values));
        Assert.Contains("'model_type' is 'siglip2_vision_model'", Refused());
    }

    [Theory]
    [InlineData("key_bias", "true")]
    [InlineData("rope_theta", "10000.0")]
    public void WhatDinov3CannotHaveIsRefused(string setting, string value)
    {
        Save(TinyBackbones.Dinov3, WeightNaming.HuggingFace);
        Change("config.json", file => file[setting] = JsonNode.Parse(value));
        Assert.Contains($"'{setting}' is ", Refused());
    }

    [Theory]
    [InlineData("vision_cfg", "attentional_pool", "true")]
    [InlineData("vision_cfg", "timm_model_name", "\"vit_base_patch16_224\"")]
    [InlineData("vision_cfg", "pool_type", "\"none\"")]
    [InlineData("text_cfg", "hf_model_name", "\"roberta-base\"")]
    [InlineData("text_cfg", "pool_type", "\"middle\"")]
    public void ATowerOfOpenClipIsRefusedByItsDescription(string tower, string setting, string value)
    {
        Save(TinyBackbones.Clip, WeightNaming.OpenAI);
        Change("open_clip_config.json", file => file["model_cfg"]![tower]![setting] = JsonNode.Parse(value));
        Assert.Contains($"'{setting}' is ", Refused());
    }

    [Fact]
    public void OtherPixelsThanRgbAreRefused()
    {
        Save(TinyBackbones.Clip, WeightNaming.OpenAI);
        Change("open_clip_config.json", file => file["preprocess_cfg"]!["mode"] = "RGBA");
        Assert.Contains("'mode' is 'RGBA'", Refused());
    }

    [Fact]
    public void CoCaIsRefusedByTheTokenOfItsTextTower()
    {
        Save(TinyBackbones.Clip, WeightNaming.OpenAI);
        Rewrite(
            (name, values) =>
                (name.StartsWith("visual.", StringComparison.Ordinal) || name == "logit_scale" ? name : "text." + name, values),
            ("text.cls_emb", zeros(64))
        );
        Assert.Contains("the tensor 'text.cls_emb' belongs to a text tower", Refused());
    }

    // Wide ResNets and ResNeXts have the names of ResNets and other shapes.
    [Fact]
    public void AResNeXtIsRefusedByItsShapes()
    {
        Save(TinyBackbones.ResNet, WeightNaming.Timm);
        Rewrite((name, values) => (name, name == "layer1.0.conv2.weight" ? values.narrow(1, 0, 1) : values));
        Assert.Contains("layer1.0.conv2.weight", Refused());
    }

    private static BackboneConfig Tiny(string name) => (BackboneConfig)typeof(TinyBackbones).GetField(name)!.GetValue(null)!;

    private string Refused() => Assert.ThrowsAny<LiftPlusException>(() => Backbone.Load(_folder["model"]).Dispose()).Message;

    private void Save(BackboneConfig config, WeightNaming naming)
    {
        using Backbone backbone = new(config);
        backbone.Initialize(1);
        backbone.Save(_folder["model"], config.Text is null ? null : TinyVocabulary.Write(_folder), naming);
        using Backbone again = Backbone.Load(_folder["model"]); // what is changed afterwards is what is refused
    }

    private void Change(string file, Action<JsonNode> change)
    {
        string path = Path.Combine(_folder["model"], file);
        JsonNode content = JsonNode.Parse(File.ReadAllText(path))!;
        change(content);
        File.WriteAllText(path, content.ToJsonString());
    }

    private void Rewrite(Func<string, Tensor, (string, Tensor)> change, params (string Name, Tensor Values)[] more)
    {
        string path = Directory.GetFiles(_folder["model"], "*.safetensors").Single();
        using DisposeScope scope = NewDisposeScope();
        List<KeyValuePair<string, Tensor>> tensors = [.. more.Select(entry => KeyValuePair.Create(entry.Name, entry.Values))];
        using (Safetensors file = Safetensors.Open(path))
        {
            foreach (string name in file.Tensors.Keys)
            {
                (string renamed, Tensor values) = change(name, file.Read(name));
                tensors.Add(KeyValuePair.Create(renamed, values.contiguous()));
            }
        }

        Safetensors.Write(path, tensors);
    }
}
