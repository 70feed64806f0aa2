using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;
using LiftPlus.Backbones.Loading;
using LiftPlus.Core.Tests.Backbones.Families;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones;

public sealed class BackboneLoadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, WeightNaming> Published =>
        [
            .. KnownBackbones
                .All.Concat(TinyBackbones.All)
                .SelectMany(config => Namings(config).Select(naming => new TheoryDataRow<string, WeightNaming>(config.Name, naming))),
        ];

    [Fact]
    public async Task WhatMayNotBeReadIsNamed()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("The rights of a thread are taken away as Linux does.");
            return; // for the analyzer
        }

        string weights = _folder.Write("model.safetensors", new byte[100]);
        File.SetUnixFileMode(weights, UnixFileMode.None);
        await Unprivileged.Run(() => AssertFails(_folder.Path, weights));
        await Unprivileged.Run(() => AssertFails(weights, weights));
        File.SetUnixFileMode(_folder.Path, UnixFileMode.None);
        try
        {
            await Unprivileged.Run(() => AssertFails(_folder.Path, _folder.Path, "cannot be read", "right"));
        }
        finally
        {
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        static void AssertFails(string path, params string[] parts)
        {
            string message = Assert.ThrowsAny<LiftPlusException>(() => Backbone.Load(path)).Message;
            Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    // Headers only, no data: the sizes of a published model are read off without its gigabyte.
    [Theory]
    [MemberData(nameof(Published))]
    public void EverySizeIsReadOffTheTensorsAndTheirDescription(string name, WeightNaming naming)
    {
        BackboneForm form = BackboneFolder.Form(Find(name), naming);
        Dictionary<string, (long[] Shape, ScalarType Type)> ours = ExpectedTensors.From(form.Config);
        HeaderOnly source = HeaderOnly.Of(form.Names, ours);
        foreach ((string file, JsonObject description) in form.Descriptions)
            File.WriteAllText(_folder[file], description.ToJsonString());
        File.WriteAllBytes(_folder["w"], []);
        BackboneDescription described = new(
            source,
            BackboneFamilies.Recognize(source).Form,
            BackboneFiles.Find(_folder["w"]),
            new BackboneLoadOptions()
        );
        BackboneConfig read = described.Read();
        Assert.Equal(form.Config with { Name = read.Name }, read);
        Assert.True(form.Config.Text is null != Find(name).Text is null || read.Name == name, read.Name);
        WeightLoader.Check(ours, source, form.Names);
    }

    // Without a description these look like others, or have no size.
    private static readonly BackboneConfig[] s_needDescriptions =
    [
        TinyBackbones.ClipMean,
        TinyBackbones.Dinov3,
        TinyBackbones.Dinov3Gated,
        TinyBackbones.ConvNext,
        TinyBackbones.ConvNextText,
        TinyBackbones.BlurredResNet,
    ];

    public static TheoryData<string, WeightNaming> PublishedAlone =>
        [
            .. KnownBackbones
                .All.Concat(TinyBackbones.All.Except(s_needDescriptions))
                .SelectMany(config =>
                    Namings(config)
                        .Where(naming => !BackboneFamilies.Find(config)!.Find(naming, config.Text is not null)!.NeedsDescription)
                        .Select(naming => new TheoryDataRow<string, WeightNaming>(config.Name, naming))
                ),
        ];

    // What a file alone cannot tell is given by options; SigLIP's odd pixels are lost.
    [Theory]
    [MemberData(nameof(PublishedAlone))]
    public void EverySizeIsReadOffTheTensorsAlone(string name, WeightNaming naming)
    {
        BackboneForm form = BackboneFolder.Form(Find(name), naming);
        HeaderOnly source = HeaderOnly.Of(form.Names, ExpectedTensors.From(form.Config));
        File.WriteAllBytes(_folder["w"], []);
        VisionTransformerConfig? image = form.Config.Image as VisionTransformerConfig;
        BackboneLoadOptions options = new()
        {
            ImageHeads = image?.Heads,
            TextHeads = form.Config.Text?.Heads,
            Activation = image?.Activation,
        };
        BackboneConfig read = new BackboneDescription(source, form.Form, BackboneFiles.Find(_folder["w"]), options).Read();
        ImageEncoderConfig expected = image is null
            ? form.Config.Image
            : image with
            {
                ImageSize = image.ImageSize / image.PatchSize * image.PatchSize,
            };
        Assert.Equal((expected, form.Config.Text, form.Config.EmbedDimension), (read.Image, read.Text, read.EmbedDimension));
    }

    [Fact]
    public void ExpectedTensorsAreThoseOfTheModel()
    {
        foreach (BackboneConfig config in TinyBackbones.All)
        {
            using Backbone backbone = new(config);
            Dictionary<string, (long[] Shape, ScalarType Type)> expected = ExpectedTensors.From(config);
            Dictionary<string, Tensor> actual = backbone.state_dict();
            Assert.Equal(actual.Keys.Order(), expected.Keys.Order());
            Assert.All(actual, entry => Assert.Equal(entry.Value.shape, expected[entry.Key].Shape));
            Assert.All(actual, entry => Assert.Equal(entry.Value.dtype, expected[entry.Key].Type));
        }
    }

    public static TheoryData<string> WithTransformersNames =>
        [
            .. TinyBackbones
                .All.Where(config =>
                    BackboneFamilies.Find(config)!.Find(WeightNaming.HuggingFace, config.Text is not null) is { } form
                    && form.Expresses(config)
                )
                .Select(config => config.Name),
            "ClipVision",
        ];

    [Theory]
    [MemberData(nameof(WithTransformersNames))]
    public void WhatIsSavedIsLoadedAgain(string name)
    {
        BackboneConfig config =
            name == "ClipVision" ? TinyBackbones.Clip with { Name = "ViT 128x3/8@32px", Text = null, EmbedDimension = null } : Find(name);
        config = config with { Preprocess = config.Preprocess with { Mean = [0.1f, 0.2f, 0.3f], Std = [0.4f, 0.5f, 0.6f] } };
        bool isClip = config.Text is not null;
        using Backbone saved = new(config);
        saved.Initialize(3);
        saved.BlankMissingBiases();
        saved.Save(_folder["model"], isClip ? TinyVocabulary.Write(_folder) : null);
        using Backbone loaded = Backbone.Load(_folder["model"]);
        Assert.Equal(config, loaded.Config);
        Assert.Equal(isClip && !config.HasLogitBias, loaded.Tokenizer is not null); // which is CLIP's
        Assert.Equal(_folder[Path.Combine("model", "model.safetensors")], loaded.WeightsPath);
        Dictionary<string, Tensor> found = loaded.state_dict();
        Assert.All(saved.state_dict(), entry => Assert.Equal(entry.Value.contiguous().bytes, found[entry.Key].contiguous().bytes));
        loaded.Save(_folder["model"]); // over itself
        Assert.Equal(loaded.Tokenizer is not null || config.HasLogitBias ? 5 : 3, Directory.GetFiles(_folder["model"]).Length);
    }

    [Theory]
    [InlineData(WeightNaming.OpenAI)]
    [InlineData(WeightNaming.Timm)]
    public void EveryNamingGivesTheSameFeatures(WeightNaming naming)
    {
        VisionTransformerConfig clip = (VisionTransformerConfig)TinyBackbones.Clip.Image;
        BackboneConfig[] configs =
            naming == WeightNaming.OpenAI
                ?
                [
                    TinyBackbones.Clip,
                    TinyBackbones.Clip with
                    {
                        Image = clip with { Heads = 4, Activation = Activation.Gelu, LayerNormEps = 1e-3 },
                        Text = TinyBackbones.Clip.Text! with { Heads = 2, Activation = Activation.GeluTanh, LayerNormEps = 1e-4 },
                        Preprocess = new PreprocessConfig
                        {
                            ImageSize = 32,
                            Mean = [0.1f, 0.2f, 0.3f],
                            Std = [0.4f, 0.5f, 0.6f],
                        },
                    },
                    TinyBackbones.ClipResNet,
                    TinyBackbones.ClipMean,
                    TinyBackbones.SiglipText,
                    TinyBackbones.EvaClip,
                    TinyBackbones.PerceptionEncoder,
                    TinyBackbones.ConvNextText,
                ]
                :
                [
                    TinyBackbones.Clip,
                    TinyBackbones.Clip with
                    {
                        Image = clip with { Activation = Activation.Gelu, Heads = 4 },
                    },
                    TinyBackbones.ViT,
                    TinyBackbones.ResNet,
                    TinyBackbones.BasicResNet,
                    TinyBackbones.Dinov2,
                    TinyBackbones.Siglip,
                    .. TinyBackbones.Modern.Except([TinyBackbones.ClipMean]),
                ];
        foreach ((int i, BackboneConfig config) in configs.Index())
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            using Backbone saved = new(config);
            saved.Initialize(3);
            saved.BlankMissingBiases();
            saved.Save(_folder[$"{i}"], config.Text is null ? null : TinyVocabulary.Write(_folder), naming);
            using Backbone loaded = Backbone.Load(_folder[$"{i}"]);
            saved.eval();
            loaded.eval();
            Assert.Equal((config.Image, config.Preprocess), (loaded.Config.Image, loaded.Config.Preprocess));
            Assert.Equal(naming == WeightNaming.OpenAI ? config.Text : null, loaded.Config.Text);
            Assert.Equal(naming == WeightNaming.OpenAI && !config.HasLogitBias, loaded.Tokenizer is not null);
            Tensor images = randn(2, 3, config.Image.ImageSize, config.Image.ImageSize);
            Assert.Equal(saved.EncodeImage(images).bytes, loaded.EncodeImage(images).bytes);
        }
    }

    [Fact]
    public void WhatANamingCannotSayIsRefused()
    {
        VisionTransformerConfig vit = (VisionTransformerConfig)TinyBackbones.ViT.Image;
        foreach (
            (BackboneConfig config, WeightNaming naming, string expected) in new[]
            {
                (TinyBackbones.ViT with { Image = vit with { LayerNormEps = 1e-3 } }, WeightNaming.Timm, "LayerNormEps = 0.001"),
                (TinyBackbones.ViT, WeightNaming.OpenAI, "OpenAI's for CLIP"),
                (TinyBackbones.ResNet, WeightNaming.HuggingFace, "Choose another"),
                (TinyBackbones.ClipResNet, WeightNaming.Timm, "Choose another"),
            }
        )
        {
            using Backbone backbone = new(config);
            backbone.Initialize(1);
            Assert.Contains(expected, Assert.Throws<LiftPlusException>(() => backbone.Save(_folder["refused"], null, naming)).Message);
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        }
    }

    [Fact]
    public void WithoutAVocabularyTheTokenizerIsMissed()
    {
        using Backbone backbone = Save(TinyBackbones.Clip);
        using Backbone loaded = Backbone.Load(_folder["model"]);
        Assert.Contains("vocab.json and merges.txt", Assert.Throws<LiftPlusException>(() => loaded.RequireTokenizer()).Message);
        TinyVocabulary.Write(_folder);
        using Backbone named = Backbone.Load(_folder["model"], new BackboneLoadOptions { VocabularyFolder = _folder.Path });
        Assert.Equal(TinyBackbones.Clip.Text!.ContextLength, named.RequireTokenizer().ContextLength);
        using Backbone image = new(TinyBackbones.ViT);
        Assert.Contains("no text encoder", Assert.Throws<LiftPlusException>(() => image.RequireTokenizer()).Message);
    }

    [Fact]
    public void AVocabularyLargerThanTheEmbeddingIsRefused()
    {
        using Backbone backbone = Save(TinyBackbones.Clip with { Text = TinyBackbones.Clip.Text! with { VocabularySize = 40 } });
        TinyVocabulary.Write(_folder);
        Assert.Contains("embeds only 40", Refused(_folder["model"], new BackboneLoadOptions { VocabularyFolder = _folder.Path }));
    }

    [Theory]
    [InlineData("projection_dim", "25", "'projection_dim' is 25")]
    [InlineData("vision_config.hidden_size", "256", "'hidden_size' is 256")]
    [InlineData("vision_config.num_hidden_layers", "4", "'num_hidden_layers' is 4")]
    [InlineData("vision_config.num_attention_heads", "3", "cannot be split into 3 heads")]
    [InlineData("vision_config.num_attention_heads", "-1", "should be a positive whole number, found -1")]
    [InlineData("vision_config.hidden_act", "\"relu\"", "the activation 'relu'")]
    [InlineData("vision_config", "[]", "'vision_config' should be an object")]
    [InlineData("text_config.vocab_size", "1e99", "should be a positive whole number")]
    [InlineData("text_config.max_position_embeddings", "77", "'max_position_embeddings' is 77")]
    public void ADescriptionThatContradictsTheTensorsIsRefused(string place, string value, string expected)
    {
        using Backbone backbone = Save(TinyBackbones.Clip);
        string path = Path.Combine(_folder["model"], "config.json");
        JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
        string[] parts = place.Split('.');
        JsonNode parent = parts.Length == 2 ? root[parts[0]]! : root;
        parent[parts[^1]] = JsonNode.Parse(value);
        File.WriteAllText(path, root.ToJsonString());
        Assert.Contains(expected, Refused(_folder["model"]));
    }

    [Theory]
    [InlineData("config.json", "{")]
    [InlineData("config.json", "3")]
    [InlineData("preprocessor_config.json", """{"image_mean":[0,1]}""")]
    [InlineData("preprocessor_config.json", """{"image_std":[0,1,1]}""")]
    [InlineData("model.safetensors", "not a safetensors file")]
    public void ADamagedFileIsNamed(string file, string content)
    {
        using Backbone backbone = Save(TinyBackbones.Clip);
        File.WriteAllText(Path.Combine(_folder["model"], file), content);
        Assert.Contains(_folder["model"], Refused(_folder["model"]));
    }

    [Fact]
    public void WhatIsNotThereIsNamed()
    {
        Assert.Contains("the file or folder does not exist", Refused(_folder["absent"]));
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("holds no weights", Refused(_folder["empty"]));
        File.WriteAllText(Path.Combine(_folder["empty"], "a.safetensors"), "");
        File.WriteAllText(Path.Combine(_folder["empty"], "b.safetensors"), "");
        Assert.Contains("Found a.safetensors, b.safetensors", Refused(_folder["empty"]));
        using Backbone backbone = Save(TinyBackbones.Clip);
        File.Delete(Path.Combine(_folder["model"], "config.json"));
        Assert.Contains("config.json", Refused(_folder["model"]));
    }

    // 12 KB that claim a width of 1,000,000: refused by arithmetic, before a model of that size is made.
    [Fact]
    public void AHostileShapeTakesNoMemory()
    {
        using Tensor patch = zeros(0),
            huge = zeros(1000, 1, 1, 1),
            positions = zeros(5, 1000),
            row = zeros(4, 1);
        Safetensors.Write(
            _folder["h.safetensors"],
            [
                new("visual.conv1.weight", huge),
                new("visual.class_embedding", patch),
                new("visual.positional_embedding", positions),
                new("visual.transformer.resblocks.0.ln_1.weight", patch),
                new("visual.transformer.resblocks.0.mlp.c_fc.weight", row),
                new("token_embedding.weight", row),
                new("positional_embedding", row),
                new("transformer.resblocks.0.ln_1.weight", patch),
                new("transformer.resblocks.0.mlp.c_fc.weight", row),
                new("text_projection", row),
            ]
        );
        WeightMismatchException e = Assert.Throws<WeightMismatchException>(() =>
            Backbone.Load(_folder["h.safetensors"], new BackboneLoadOptions { ImageHeads = 10 })
        );
        Assert.Contains("visual.transformer.resblocks.0.attn.in_proj_weight", e.Missing);
    }

    private Backbone Save(BackboneConfig config)
    {
        Backbone backbone = new(config);
        backbone.Initialize(1);
        backbone.Save(_folder["model"]);
        return backbone;
    }

    private static string Refused(string path, BackboneLoadOptions? options = null) =>
        Assert.ThrowsAny<LiftPlusException>(() => Backbone.Load(path, options).Dispose()).Message;

    private static BackboneConfig Find(string name) => KnownBackbones.All.Concat(TinyBackbones.All).Single(known => known.Name == name);

    private static IEnumerable<WeightNaming> Namings(BackboneConfig config) =>
        Enum.GetValues<WeightNaming>()
            .Where(naming =>
                BackboneFamilies.Find(config)!.Find(naming, config.Text is not null) is PublishedForm form
                && form.Suits?.Invoke(config) != false
            );
}
