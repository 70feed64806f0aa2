using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones.Families;

/// <summary>Which network of a checkpoint is read is a rule by name: neither the length nor the order of names matters.</summary>
public sealed class NetworkChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.", "model.", "ema.")]
    [InlineData("model.", "model.", "model_ema.")]
    [InlineData("state_dict.", "state_dict_ema.", "state_dict.")]
    [InlineData("net.", "ema_model.", "net.")]
    [InlineData("module.", "averaged.module.", "module.")]
    [InlineData("", "", "ema.")]
    [InlineData("teacher.", "student.", "teacher.")]
    [InlineData("teacher.backbone.", "student.module.backbone.", "teacher.backbone.")]
    [InlineData("student.", "student.", "student_ema.")]
    [InlineData("model.", "teacher.", "model.", "swa_model.", "student.")]
    [InlineData("context_encoder.", "target_encoder.", "context_encoder.")]
    public void TheRuleGoesByName(string expected, params string[] prefixes)
    {
        string path = Write(prefixes);
        using Backbone loaded = Backbone.Load(path);
        AssertIs(prefixes.IndexOf(expected), loaded);
        Assert.Equal(expected.Length == 0 ? null : expected, loaded.Origin!.Prefix);
        Assert.Contains($"{path} holds {prefixes.Length} networks, under ", loaded.Origin.Remarks[0]);
        Assert.Contains(expected.Length == 0 ? "no prefix is read" : $"that under '{expected}' is read", loaded.Origin.Remarks[0]);
        Assert.Contains("BackboneLoadOptions.Network chooses another", loaded.Origin.Remarks[0]);
    }

    [Theory]
    [InlineData("model.")]
    [InlineData("model_ema.")]
    [InlineData("module.")]
    [InlineData("state_dict.backbone.")]
    public void OneNetworkNeedsNoRule(string prefix)
    {
        using Backbone loaded = Backbone.Load(Write(prefix));
        Assert.Equal(prefix, loaded.Origin!.Prefix);
        Assert.DoesNotContain(loaded.Origin.Remarks, remark => remark.Contains("networks"));
        Assert.Contains($"names under '{prefix}' in ", loaded.Origin.ToString());
    }

    [Theory]
    [InlineData("ema", 1)]
    [InlineData("ema.", 1)]
    [InlineData("model", 0)]
    public void TheOptionChooses(string network, int expected)
    {
        using Backbone loaded = Backbone.Load(Write("model.", "ema."), new BackboneLoadOptions { Network = network });
        AssertIs(expected, loaded);
        Assert.DoesNotContain(loaded.Origin!.Remarks, remark => remark.Contains("networks"));
    }

    [Fact]
    public void TheOptionMayNameAPartOfThePrefix()
    {
        using Backbone loaded = Backbone.Load(
            Write("student.module.backbone.", "teacher.backbone."),
            new BackboneLoadOptions { Network = "student" }
        );
        AssertIs(0, loaded);
    }

    [Theory]
    [InlineData("encoder_k.", "encoder_q.")]
    [InlineData("backbone.", "model.")]
    [InlineData("ema_0.", "ema_1.")]
    public void WhatNamesDoNotDecideIsRefused(params string[] prefixes)
    {
        string path = Write(prefixes),
            message = Assert.Throws<LiftPlusException>(() => Backbone.Load(path).Dispose()).Message;
        Assert.Contains($"{path} holds 2 networks, under '{prefixes[0]}', '{prefixes[1]}'", message);
        Assert.Contains($"Set BackboneLoadOptions.Network to the name of one, such as \"{prefixes[0].TrimEnd('.')}\"", message);
        using Backbone loaded = Backbone.Load(path, new BackboneLoadOptions { Network = prefixes[1].TrimEnd('.') });
        AssertIs(1, loaded);
    }

    [Theory]
    [InlineData("average", "holds no network of the name 'average'")]
    [InlineData("module", "holds several networks of the name 'module'")]
    public void ANameThatFitsNoneOrSeveralIsRefused(string network, string expected)
    {
        string message = Assert
            .Throws<LiftPlusException>(() =>
                Backbone.Load(Write("a.module.", "b.module."), new BackboneLoadOptions { Network = network }).Dispose()
            )
            .Message;
        Assert.Contains(expected, message);
        Assert.Contains("'a.module.', 'b.module.'", message);
        Assert.Contains("Network: ", Assert.Throws<LiftPlusException>(() => Backbone.Load("x", new() { Network = " " })).Message);
    }

    // A file of two architectures: the order of the families must not decide.
    [Fact]
    public void TheStudentMayBeOfAnotherFamily()
    {
        using Backbone clip = Create(TinyBackbones.Clip, 1),
            vit = Create(TinyBackbones.ViT, 2);
        Safetensors.Write(
            _folder["two.safetensors"],
            Under("student.", clip, Form(TinyBackbones.Clip, WeightNaming.OpenAI))
                .Concat(Under("teacher.", vit, TimmNames.Transformer("timm VisionTransformer")))
        );
        using Backbone loaded = Backbone.Load(_folder["two.safetensors"], new BackboneLoadOptions { ImageHeads = 3 });
        Assert.Equal("teacher.", loaded.Origin!.Prefix);
        Assert.Null(loaded.Config.Text);
    }

    // Parts of a network have the marks of other families.
    [Fact]
    public void APartOfANetworkIsNoOtherNetwork()
    {
        foreach (BackboneConfig config in TinyBackbones.All)
        {
            foreach (PublishedForm form in BackboneFamilies.Find(config)!.Forms.Where(form => form.Expresses(config)))
            {
                using Backbone backbone = Create(config, 1);
                Safetensors.Write(_folder["part.safetensors"], Under("model.", backbone, form.Names.For(config.Variants)));
                using Safetensors file = Safetensors.Open(_folder["part.safetensors"]);
                FoundNetwork found = BackboneFamilies.Recognize(file);
                Assert.Equal(("model.", null), (found.Prefix, found.Remark));
                Assert.Equal(form.Names.Name, found.Form.Names.Name);
            }
        }
    }

    // A vision transformer with a class token and attention pooling has the marks of two families, and belongs to neither.
    [Fact]
    public void ANetworkWithTheMarksOfTwoFamiliesIsOne()
    {
        using Backbone siglip = Create(TinyBackbones.Siglip, 1);
        using Tensor token = zeros(1, 1, 128);
        Safetensors.Write(
            _folder["both.safetensors"],
            Under("model.", siglip, Form(TinyBackbones.Siglip, WeightNaming.Timm)).Append(new("model.cls_token", token))
        );
        WeightMismatchException e = Assert.Throws<WeightMismatchException>(() => Backbone.Load(_folder["both.safetensors"]));
        Assert.Equal(["cls_token"], e.Unexpected);
    }

    [Fact]
    public void ThousandsOfNetworksAreRefused()
    {
        using Tensor nothing = zeros(0);
        Safetensors.Write(
            _folder["many.safetensors"],
            Enumerable
                .Range(0, 2000)
                .SelectMany(i => new[] { $"m{i}.patch_embed.proj.weight", $"m{i}.cls_token" })
                .Select(name => KeyValuePair.Create(name, nothing))
        );
        Assert.Contains(
            "more than 100 networks",
            Assert.Throws<WeightFileException>(() => Backbone.Load(_folder["many.safetensors"])).Message
        );
    }

    // The n-th network is filled with n.
    private static void AssertIs(int expected, Backbone loaded) =>
        Assert.Equal(
            Create(TinyBackbones.ViT, expected).state_dict()["image.cls_token"].bytes,
            loaded.state_dict()["image.cls_token"].bytes
        );

    private string Write(params string[] prefixes)
    {
        List<KeyValuePair<string, Tensor>> tensors = [];
        foreach ((int i, string prefix) in prefixes.Index())
            tensors.AddRange(Under(prefix, Create(TinyBackbones.ViT, i), TimmNames.Transformer("timm VisionTransformer")));
        Safetensors.Write(_folder["checkpoint.safetensors"], tensors);
        return _folder["checkpoint.safetensors"];
    }

    private static Backbone Create(BackboneConfig config, long seed)
    {
        Backbone backbone = new(config);
        backbone.Initialize(seed);
        backbone.BlankMissingBiases();
        return backbone;
    }

    private static KeyMap Form(BackboneConfig config, WeightNaming naming) =>
        BackboneFamilies.Find(config)!.Find(naming, config.Text is not null)!.Names;

    private static IEnumerable<KeyValuePair<string, Tensor>> Under(string prefix, Backbone backbone, KeyMap names) =>
        names.ToSource(backbone.state_dict()).Select(entry => KeyValuePair.Create(prefix + entry.Key, entry.Value));
}
