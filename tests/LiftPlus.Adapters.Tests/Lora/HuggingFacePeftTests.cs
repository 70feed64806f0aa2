using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Peft;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Adapters.Tests.Lora;

/// <summary>Tests LoRA in the files of Hugging Face's peft.</summary>
public sealed class HuggingFacePeftTests : IDisposable
{
    private const AdapterSites Everywhere =
        AdapterSites.Query | AdapterSites.Key | AdapterSites.Value | AdapterSites.AttentionOutput | AdapterSites.Fc1 | AdapterSites.Fc2;
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string, LoraOptions[]> Methods =>
        new()
        {
            { "clip", [new LoraOptions { Rank = 3 }] },
            {
                "clip",
                [
                    new LoraOptions
                    {
                        Rank = 2,
                        Sites = Everywhere,
                        Layers = LayerSelection.From(0, 2),
                    },
                ]
            },
            {
                "clip",
                [
                    new LoraOptions { Rank = 3 },
                    new LoraOptions
                    {
                        Rank = 2,
                        Tower = Tower.Text,
                        Sites = AdapterSites.Fc2,
                    },
                ]
            },
            {
                "clip",
                [
                    new LoraOptions { Rank = 3 },
                    new LoraOptions
                    {
                        Rank = 1,
                        Sites = AdapterSites.Fc1,
                        Layers = LayerSelection.From(1),
                    },
                ]
            },
            {
                "clip",
                [
                    new LoraOptions { Rank = 3, Alpha = 12 },
                    new LoraOptions
                    {
                        Rank = 3,
                        Alpha = 0.5,
                        Sites = AdapterSites.Fc1,
                        Layers = LayerSelection.From(1),
                    },
                ]
            },
            { "vit", [new LoraOptions { Rank = 3 }] },
            { "vit", [new LoraOptions { Rank = 2, Sites = Everywhere }] },
            {
                "clip",
                [
                    new LoraOptions { Rank = 2, Dora = true },
                    new LoraOptions
                    {
                        Rank = 3,
                        Dora = true,
                        Sites = AdapterSites.Fc2,
                        Layers = LayerSelection.From(1),
                    },
                ]
            },
        };

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void WhatIsSavedIsLoadedAgain(string kind, LoraOptions[] methods)
    {
        using Backbone backbone = Adapted(kind, methods),
            again = Plain(kind);
        HuggingFacePeft.Save(backbone, _folder["peft"]);
        Assert.Equal(methods, HuggingFacePeft.Load(_folder["peft"], again));
        Assert.Equal(backbone.TrainedState().Keys, again.TrainedState().Keys);
        foreach ((string name, Tensor value) in backbone.TrainedState())
            TensorAssert.Close(value, again.TrainedState()[name], 0, 0, name);
        Assert.Equal(
            [HuggingFacePeft.ConfigFile, HuggingFacePeft.TensorFile],
            Directory.GetFiles(_folder["peft"]).Select(Path.GetFileName).Order()
        );
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(
        "clip",
        "vision_model.encoder.layers.1.self_attn.q_proj",
        "vision_model.encoder.layers.1.mlp.fc2",
        "CLIPVisionModel",
        "clip"
    )]
    [InlineData("vit", "encoder.layer.1.attention.attention.query", "encoder.layer.1.output.dense", "ViTModel", "vit")]
    [InlineData(
        "clip vision",
        "vision_model.encoder.layers.1.self_attn.q_proj",
        "vision_model.encoder.layers.1.mlp.fc2",
        "CLIPVisionModel",
        "clip"
    )]
    [InlineData("dinov2", "encoder.layer.1.attention.attention.query", "encoder.layer.1.mlp.fc2", "Dinov2Model", "dinov2")]
    [InlineData(
        "siglip",
        "vision_model.encoder.layers.1.self_attn.q_proj",
        "vision_model.encoder.layers.1.mlp.fc2",
        "SiglipVisionModel",
        "siglip"
    )]
    public void TheFilesAreWhatPeftReads(string kind, string query, string fc2, string className, string type)
    {
        using Backbone backbone = Adapted(kind, new LoraOptions { Rank = 3, Sites = AdapterSites.Query | AdapterSites.Fc2 });
        HuggingFacePeft.Save(backbone, _folder["peft"], baseModel: "owner/model");
        using Safetensors tensors = Safetensors.Open(Path.Combine(_folder["peft"], HuggingFacePeft.TensorFile));
        Assert.Equal(12, tensors.Tensors.Count);
        TensorAssert.Close(
            backbone.get_parameter("image.blocks.1.attn.query.lora.down")!.t(),
            tensors.Read($"base_model.model.{query}.lora_A.weight"),
            0,
            0,
            "A"
        );
        TensorAssert.Close(
            backbone.get_parameter("image.blocks.1.attn.query.lora.up")!.t(),
            tensors.Read($"base_model.model.{query}.lora_B.weight"),
            0,
            0,
            "B"
        );
        Assert.Equal([3, 48], tensors.Tensors[$"base_model.model.{fc2}.lora_A.weight"].Shape);

        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder["peft"], HuggingFacePeft.ConfigFile)))!;
        Assert.Equal(
            ("LORA", 3, 1, false, "none"),
            (
                config["peft_type"]!.GetValue<string>(),
                config["r"]!.GetValue<int>(),
                config["lora_alpha"]!.GetValue<int>(),
                config["use_rslora"]!.GetValue<bool>(),
                config["bias"]!.GetValue<string>()
            )
        );
        Assert.Equal(
            (className, $"transformers.models.{type}.modeling_{type}"),
            (config["auto_mapping"]!["base_model_class"]!.GetValue<string>(), config["auto_mapping"]!["parent_library"]!.GetValue<string>())
        );
        Assert.Equal("owner/model", config["base_model_name_or_path"]!.GetValue<string>());
        string[] targets = config["target_modules"].Deserialize<string[]>()!;
        Assert.Equal(6, targets.Length);
        Assert.Contains(query, targets);
        Assert.Contains(fc2, targets);
    }

    [Fact]
    public void TheMostFrequentAlphaIsTheAdaptersAndTheOthersAreListed()
    {
        using Backbone backbone = Adapted(
            "vit",
            new LoraOptions { Rank = 3, Alpha = 16 },
            new LoraOptions
            {
                Rank = 3,
                Alpha = 2.5,
                Sites = AdapterSites.Fc2,
                Layers = LayerSelection.From(1),
            }
        );
        HuggingFacePeft.Save(backbone, _folder["peft"]);
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder["peft"], HuggingFacePeft.ConfigFile)))!;
        Assert.Equal(16, config["lora_alpha"]!.GetValue<double>());
        Assert.Equal(
            new Dictionary<string, double> { ["encoder.layer.1.output.dense"] = 2.5 },
            config["alpha_pattern"].Deserialize<Dictionary<string, double>>()
        );
    }

    // What peft's own merge does to the plain weights: W + B A · alpha / r, or alpha / √r.
    [Theory]
    [InlineData("clip", "", "layers.2.self_attn.q_proj", false, false)]
    [InlineData("vit", "vit.", "layer.2.attention.attention.query", true, false)]
    [InlineData("vit", "", "layer.2.*query", false, true)]
    public void AFolderOfPeftsGivesWhatPeftComputes(string kind, string wrapper, string rankTwo, bool isRankStabilized, bool isPickle)
    {
        using Backbone backbone = Plain(kind);
        backbone.Save(_folder["plain"]);
        Dictionary<string, Tensor> weights = Read(Path.Combine(_folder["plain"], "model.safetensors"));
        bool isClip = kind == "clip";
        string query = isClip ? "vision_model.encoder.layers.{0}.self_attn.q_proj" : "encoder.layer.{0}.attention.attention.query";
        string fc1 = isClip ? "vision_model.encoder.layers.{0}.mlp.fc1" : "encoder.layer.{0}.intermediate.dense";
        (string Module, int Rank, double Alpha)[] modules =
        [
            (string.Format(query, 0), 4, 16),
            (string.Format(query, 2), 2, 16),
            (string.Format(fc1, 1), 4, 8),
        ];
        using var random = new Generator(3);
        Dictionary<string, Tensor> adapter = [];
        foreach ((string module, int rank, double alpha) in modules)
        {
            Tensor weight = weights[module + ".weight"],
                a = empty(rank, weight.shape[1]).normal_(0, 0.3, random),
                b = empty(weight.shape[0], rank).normal_(0, 0.3, random);
            adapter.Add($"base_model.model.{wrapper}{module}.lora_A.weight", a);
            adapter.Add($"base_model.model.{wrapper}{module}.lora_B.weight", b);
            weights[module + ".weight"] = TensorMath.Add(
                weight,
                TensorMath.Scale(b.mm(a), alpha / (isRankStabilized ? Math.Sqrt(rank) : rank))
            );
        }

        Directory.CreateDirectory(_folder["peft"]);
        if (isPickle)
            TorchArchive.Write(Path.Combine(_folder["peft"], "adapter_model.bin"), adapter);
        else
            Safetensors.Write(Path.Combine(_folder["peft"], HuggingFacePeft.TensorFile), adapter);
        File.WriteAllText(
            Path.Combine(_folder["peft"], HuggingFacePeft.ConfigFile),
            $$"""
            {
              "peft_type": "LORA", "r": 4, "lora_alpha": 16, "use_rslora": {{(
                isRankStabilized ? "true" : "false"
            )}}, "target_modules": ["query", "intermediate.dense"],
              "rank_pattern": { "{{rankTwo}}": 2 }, "alpha_pattern": { "{{modules[2].Module.Replace(".", @"\\.")}}": 8 },
              "bias": "none", "modules_to_save": null, "loftq_config": {}, "use_dora": false, "qalora_group_size": 16,
              "init_lora_weights": "gaussian"
            }
            """
        );
        Safetensors.Write(_folder["merged.safetensors"], weights);
        File.Copy(_folder["merged.safetensors"], Path.Combine(_folder["plain"], "model.safetensors"), overwrite: true);

        IEnumerable<LoraOptions> found = HuggingFacePeft.Load(_folder["peft"], backbone);
        Assert.Equal(
            modules.Select(module => (module.Rank, isRankStabilized ? module.Alpha * Math.Sqrt(module.Rank) : module.Alpha)).Order(),
            found.Select(lora => (lora.Rank!.Value, lora.Alpha)).Order()
        );
        using Backbone merged = Backbone.Load(_folder["plain"]);
        using IDisposable noGrad = no_grad();
        Tensor images = SmallBackbone.Images(16),
            untouched = Plain(kind).EncodeImage(images),
            features = backbone.EncodeImage(images);
        TensorAssert.Close(merged.EncodeImage(images), features, 1e-4, 1e-5, "features");
        Assert.True(TensorMath.Subtract(untouched, features).abs().max().item<float>() > 0.05);
    }

    [Fact]
    public void AClassifierComesWithAVisionTransformer()
    {
        using Backbone backbone = Adapted("vit", new LoraOptions { Rank = 3 }),
            again = Plain("vit");
        using var random = new Generator(0);
        using Classifier classifier = new LinearClassifierOptions().CreateClassifier(new ClassifierContext(24, 5, random));
        using Classifier other = new LinearClassifierOptions().CreateClassifier(new ClassifierContext(24, 5, random));
        HuggingFacePeft.Save(backbone, _folder["peft"], classifier);
        using (Safetensors tensors = Safetensors.Open(Path.Combine(_folder["peft"], HuggingFacePeft.TensorFile)))
        {
            Assert.Contains("base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight", tensors.Tensors.Keys);
            Assert.Equal([5, 24], tensors.Tensors["base_model.model.classifier.weight"].Shape);
        }

        string config = File.ReadAllText(Path.Combine(_folder["peft"], HuggingFacePeft.ConfigFile));
        Assert.Contains("ViTForImageClassification", config);
        Assert.Contains("modules_to_save", config);
        Assert.Contains("base_model.model.classifier.weight is unexpected", Refused(() => HuggingFacePeft.Load(_folder["peft"], again)));
        Assert.Empty(again.TrainedState()); // nothing was attached
        HuggingFacePeft.Load(_folder["peft"], again, other);
        foreach ((string name, TorchSharp.Modules.Parameter value) in classifier.named_parameters())
            TensorAssert.Close(value, other.get_parameter(name)!, 0, 0, name);
    }

    [Fact]
    public void WhatPeftCannotExpressIsRefusedAllAtOnce()
    {
        using Backbone backbone = Adapted("clip", new LoraOptions { Rank = 2 });
        using var random = new Generator(0);
        var context = new PeftContext(backbone, 5, random);
        new AdaptFormerOptions { Layers = LayerSelection.From(1) }.Apply(context);
        new BitFitOptions { Layers = LayerSelection.From(0) }.Apply(context);
        using Classifier classifier = new CosineClassifierOptions().CreateClassifier(new ClassifierContext(24, 5, random));
        string message = Refused(() => HuggingFacePeft.Save(backbone, _folder["peft"], classifier));
        Assert.Contains("13 other tensors are trained: image.blocks.0.norm1.bias", message);
        Assert.Contains("image.blocks.1.mlp_branch.adaptformer.scale", message);
        Assert.Contains("the classifier is a CosineClassifier", message);
        Assert.Contains("no classification model on the features of toy CLIP", message);
        Assert.DoesNotContain("query", message);

        Assert.Contains("has no LoRA", Refused(() => HuggingFacePeft.Save(Plain("vit"), _folder["peft"])));
        Assert.Contains("ResNet", Refused(() => HuggingFacePeft.Save(SmallBackbone.ClipResNet(), _folder["peft"])));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        _folder.Write("thesis.txt", "mine");
        Assert.Contains("not empty", Refused(() => HuggingFacePeft.Save(backbone, _folder.Path)));
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedAllAtOnce()
    {
        using Backbone clip = Adapted("clip", new LoraOptions { Rank = 3 }),
            vit = Plain("vit"),
            taken = Adapted("clip", new LoraOptions { Layers = LayerSelection.From(0) });
        HuggingFacePeft.Save(clip, _folder["peft"]);
        string wrongModel = Refused(() => HuggingFacePeft.Load(_folder["peft"], vit));
        Assert.Contains("vision_model.encoder.layers.0.self_attn.q_proj matches no linear layer", wrongModel);
        Assert.Contains("vision_model.encoder.layers.2.self_attn.v_proj matches no linear layer", wrongModel);
        Assert.Contains("layers.0.self_attn.q_proj already has LoRA", Refused(() => HuggingFacePeft.Load(_folder["peft"], taken)));

        string file = Path.Combine(_folder["peft"], HuggingFacePeft.TensorFile),
            prefix = "base_model.model.vision_model.encoder.layers.";
        Dictionary<string, Tensor> tensors = Read(file);
        tensors.Remove(prefix + "0.self_attn.q_proj.lora_B.weight");
        tensors[prefix + "1.self_attn.q_proj.lora_A.weight"] = zeros(3, 25);
        tensors[prefix + "1.self_attn.v_proj.lora_A.weight"] = zeros(2, 24);
        tensors[prefix + "2.self_attn.q_proj.lora_B.weight"] = zeros(24, 3, dtype: int64);
        tensors["other"] = zeros(1);
        File.Delete(file);
        Safetensors.Write(file, tensors);
        using Backbone plain = Plain("clip");
        string message = Refused(() => HuggingFacePeft.Load(_folder["peft"], plain));
        foreach (
            string problem in new[]
            {
                "0.self_attn.q_proj.lora_A.weight is unexpected, or its partner is missing",
                "1.self_attn.q_proj.lora_A.weight is Float32 [3, 25] instead of floating-point numbers (3, 24)",
                "1.self_attn.v_proj has matrices Float32 [2, 24] and Float32 [24, 3], but adapter_config.json says rank 3",
                "2.self_attn.q_proj.lora_B.weight is Int64 [24, 3] instead of floating-point numbers (24, 3)",
                "other is unexpected",
            }
        )
        {
            Assert.Contains(problem, message);
        }

        Assert.Empty(plain.TrainedState());
    }

    [Theory]
    [InlineData("\"peft_type\": \"LORA\"", "\"peft_type\": \"LOHA\"", "peft_type is \"LOHA\"")]
    [InlineData(
        "\"bias\": \"none\"",
        "\"bias\": \"all\", \"use_qalora\": true, \"layer_replication\": [[0, 1]]",
        "bias is \"all\", which changes the computation; use_qalora is true, which changes the computation; layer_replication is [[0,1]]"
    )]
    [InlineData(
        "\"init_lora_weights\": true",
        "\"init_lora_weights\": \"pissa_niter_16\"",
        "'pissa_niter_16', which also changed the frozen weights"
    )]
    [InlineData(
        "\"use_dora\": false",
        "\"use_dora\": true",
        "layer.0.attention.attention.query.lora_magnitude_vector is missing, although adapter_config.json says use_dora"
    )]
    [InlineData("\"lora_alpha\": 1", "\"lora_alpha\": \"1\"", "lora_alpha is \"1\" instead of a number")]
    [InlineData("\"lora_alpha\": 1", "\"lora_alpha\": 0", "layer.0.attention.attention.query has alpha 0 instead of a positive number")]
    [InlineData("\"alpha_pattern\": {}", "\"alpha_pattern\": { \"(\": 3 }", "the pattern '(' is not supported")]
    [InlineData("\"alpha_pattern\": {}", "\"alpha_pattern\": { \"(?=x)y\": 3 }", "is not supported")]
    [InlineData("{", "[", "cannot be read")]
    public void SettingsThatMeanSomethingElseAreRefused(string from, string to, string problem)
    {
        using Backbone backbone = Adapted("vit", new LoraOptions { Rank = 3 }),
            plain = Plain("vit");
        HuggingFacePeft.Save(backbone, _folder["peft"]);
        string file = Path.Combine(_folder["peft"], HuggingFacePeft.ConfigFile),
            text = File.ReadAllText(file);
        Assert.Contains(from, text);
        File.WriteAllText(file, text.Replace(from, to));
        Assert.Contains(problem, Refused(() => HuggingFacePeft.Load(_folder["peft"], plain)));
        Assert.Empty(plain.TrainedState());
        File.Delete(file);
        Assert.Contains("save_pretrained", Refused(() => HuggingFacePeft.Load(_folder["peft"], plain)));
    }

    private static string Refused(Action action) => Assert.ThrowsAny<LiftPlusException>(action).Message;

    private static Dictionary<string, Tensor> Read(string path)
    {
        using Safetensors file = Safetensors.Open(path);
        return file.Tensors.Keys.ToDictionary(name => name, file.Read);
    }

    private static Backbone Plain(string kind) =>
        kind switch
        {
            "clip" => SmallBackbone.Clip(),
            "clip vision" => SmallBackbone.ImagesOnly(),
            "dinov2" => SmallBackbone.ViT(image => image with { LayerScale = true }),
            "siglip" => SmallBackbone.ViT(image => image with { Pooling = TokenPooling.Attention, Activation = Activation.GeluTanh }),
            _ => SmallBackbone.ViT(),
        };

    // As after training: no matrix is zero.
    private static Backbone Adapted(string kind, params LoraOptions[] methods)
    {
        Backbone backbone = Plain(kind);
        using var random = new Generator(5);
        foreach (LoraOptions method in methods)
            method.Apply(new PeftContext(backbone, SmallBackbone.Classes, random));
        using IDisposable noGrad = no_grad();
        foreach (Tensor value in backbone.TrainedState().Values)
            value.normal_(0, 1, random);
        return backbone;
    }
}
