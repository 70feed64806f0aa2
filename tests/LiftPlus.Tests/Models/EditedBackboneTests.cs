using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>A backbone whose files change after a model was trained on it: neither the model nor a run takes it for the same.</summary>
public sealed class EditedBackboneTests : IDisposable
{
    private const string Config = "config.json",
        Images = "preprocessor_config.json",
        OpenClip = "open_clip_config.json";

    private static readonly ModelLoadOptions s_cpu = new() { Device = "cpu" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // File, path in it, its new value; then the line of the message.
    public static TheoryData<string, string, string, string, string, string> Edits =>
        new()
        {
            { "vit", Config, "num_attention_heads", "4", "Image.Heads", "1 in X, 4 now" },
            { "vit", Config, "layer_norm_eps", "0.1", "Image.LayerNormEps", "1E-06 in X, 0.1 now" },
            { "vit", Config, "hidden_act", "\"quick_gelu\"", "Image.Activation", "\"Gelu\" in X, \"QuickGelu\" now" },
            { "vit", Config, "image_size", "17", "Preprocess.ImageSize", "16 in X, 17 now" },
            { "vit", Images, "image_mean.1", "0.4", "Preprocess.Mean[1]", "0.5 in X, 0.4 now" },
            { "vit", Images, "image_std.2", "0.25", "Preprocess.Std[2]", "0.5 in X, 0.25 now" },
            { "vit", Images, "resample", "2", "ImageSettings.preprocessor_config.resample", "3 in X, 2 now" },
            { "vit", Images, "do_center_crop", "false", "ImageSettings.preprocessor_config.do_center_crop", "true in X, false now" },
            {
                "vit",
                Images,
                "crop_size.width",
                "12",
                "ImageSettings.preprocessor_config.crop_size",
                "{\"height\":16,\"width\":16} in X, {\"height\":16,\"width\":12} now"
            },
            {
                "vit",
                Images,
                "size.shortest_edge",
                "12",
                "ImageSettings.preprocessor_config.size",
                "{\"shortest_edge\":16} in X, {\"shortest_edge\":12} now"
            },
            { "clip", Config, "text_config.num_attention_heads", "4", "Text.Heads", "2 in X, 4 now" },
            { "clip", Config, "text_config.layer_norm_eps", "0.01", "Text.LayerNormEps", "1E-05 in X, 0.01 now" },
            { "clip", Config, "vision_config.hidden_act", "\"gelu\"", "Image.Activation", "\"QuickGelu\" in X, \"Gelu\" now" },
            {
                "open",
                OpenClip,
                "preprocess_cfg.interpolation",
                "\"bilinear\"",
                "ImageSettings.preprocess_cfg.interpolation",
                "\"bicubic\" in X, \"bilinear\" now"
            },
            { "open", OpenClip, "model_cfg.text_cfg.heads", "4", "Text.Heads", "2 in X, 4 now" },
            {
                "timm",
                Config,
                "pretrained_cfg.interpolation",
                "\"bilinear\"",
                "ImageSettings.pretrained_cfg.interpolation",
                "\"bicubic\" in X, \"bilinear\" now"
            },
            { "timm", Config, "model_args.num_heads", "2", "Image.Heads", "1 in X, 2 now" },
        };

    [Theory]
    [MemberData(nameof(Edits))]
    public void AnEditedDescriptionIsRefused_ByLoadAndByResume(
        string kind,
        string file,
        string path,
        string value,
        string setting,
        string values
    )
    {
        string backbone = WriteBackbone(kind);
        LongTailFineTuner tuner = Train(backbone);
        FineTunedModel.Load(_folder["model"], s_cpu).Dispose(); // untouched
        tuner.Resume(Dataset).Dispose();

        Edit(Path.Combine(backbone, file), path, value);
        string loading = Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], s_cpu)).Message,
            resuming = Assert.Throws<LiftPlusException>(() => tuner.Resume(Dataset)).Message;
        Assert.Contains($"Backbone.{setting}: ", loading);
        Assert.Contains(values.Replace("X", "recipe.json"), loading);
        Assert.Contains($"Backbone.{setting}: ", resuming);
        Assert.Contains(values.Replace("X", "the checkpoint"), resuming);
    }

    [Fact]
    public void AllDifferencesAreNamedAtOnce()
    {
        string backbone = WriteBackbone("vit");
        LongTailFineTuner tuner = Train(backbone);
        Edit(Path.Combine(backbone, Config), "num_attention_heads", "2");
        Edit(Path.Combine(backbone, Config), "layer_norm_eps", "0.1");
        Edit(Path.Combine(backbone, Images), "image_mean.0", "0.4");
        foreach (
            string message in new[]
            {
                Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], s_cpu)).Message,
                Assert.Throws<LiftPlusException>(() => tuner.Resume(Dataset)).Message,
            }
        )
            Assert.All(["Image.Heads: ", "Image.LayerNormEps: ", "Preprocess.Mean[0]: "], name => Assert.Contains(name, message));
    }

    [Fact]
    public void AnotherVocabularyIsRefused()
    {
        string backbone = WriteBackbone("clip"),
            merges = Path.Combine(backbone, "merges.txt");
        LongTailFineTuner tuner = Train(backbone);
        string[] lines = File.ReadAllLines(merges);
        (lines[^1], lines[^2]) = (lines[^2], lines[^1]);
        File.WriteAllLines(merges, lines);
        Assert.Contains(
            "Backbone.VocabularySha256: ",
            Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], s_cpu)).Message
        );
        Assert.Contains("Backbone.VocabularySha256: ", Assert.Throws<LiftPlusException>(() => tuner.Resume(Dataset)).Message);
    }

    // The hash of the weights does not cover what is resampled, because its last bits depend on the processor.
    [Fact]
    public void AnotherPositionEmbeddingIsRefused_WhereItIsResampled()
    {
        string backbone = WriteBackbone("vit");
        var options = new BackboneLoadOptions { ImageSize = 32 };
        LongTailFineTuner tuner = Train(backbone, options);
        FineTunedModel.Load(_folder["model"], s_cpu).Dispose();
        ChangeTensor(Path.Combine(backbone, "model.safetensors"), "embeddings.position_embeddings");
        Assert.Contains(
            "Backbone.PositionsSha256: ",
            Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], s_cpu)).Message
        );
        Assert.Contains("Backbone.PositionsSha256: ", Assert.Throws<LiftPlusException>(() => tuner.Resume(Dataset)).Message);
    }

    [Fact]
    public void OtherStatisticsOfABatchNormAreRefused()
    {
        string backbone = WriteBackbone("resnet");
        LongTailFineTuner tuner = Train(backbone);
        FineTunedModel.Load(_folder["model"], s_cpu).Dispose();
        ChangeTensor(Path.Combine(backbone, "model.safetensors"), "layer1.0.bn1.running_var");
        Assert.Contains(
            "Backbone.StatisticsSha256: ",
            Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], s_cpu)).Message
        );
        Assert.Contains("Backbone.StatisticsSha256: ", Assert.Throws<LiftPlusException>(() => tuner.Resume(Dataset)).Message);
    }

    // Statistics that training changes are the model's own.
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void ABatchNormThatIsTrained_DoesNotChangeTheIdentity(bool alone, bool updatesStatistics)
    {
        WriteBackbone("resnet");
        using FineTunedModel model = Builder(_folder["backbone"])
            .AddPeft(
                alone
                    ? new BatchNormTuningOptions { UpdateStatistics = updatesStatistics }
                    : new FullFineTuningOptions { UpdateStatistics = updatesStatistics }
            )
            .Build()
            .Fit(Dataset);
        using (Backbone before = Backbone.Load(_folder["backbone"]))
        {
            var statistics = before.named_buffers().ToDictionary(entry => entry.name, entry => entry.buffer);
            bool stayed = model.Backbone.named_buffers().All(entry => entry.buffer.eq(statistics[entry.name]).all().item<bool>());
            Assert.Equal(!updatesStatistics, stayed);
        }

        model.Save(_folder["model"]);
        using FineTunedModel loaded = FineTunedModel.Load(_folder["model"], s_cpu);
        Assert.Equal(model.Predict(TestWorld.Png(1)).Top.AsEnumerable(), loaded.Predict(TestWorld.Png(1)).Top);
    }

    // The weights without their descriptions, and in another form: the same network.
    [Fact]
    public void TheSameBackboneFromAnotherFile_IsTheSame()
    {
        string backbone = WriteBackbone("clip");
        Train(backbone);
        using Backbone loaded = Backbone.Load(backbone);
        loaded.Save(_folder["openai"], naming: WeightNaming.OpenAI);
        using FineTunedModel model = FineTunedModel.Load(_folder["model"], s_cpu with { Backbone = _folder["openai"] });
        Assert.EndsWith("open_clip_model.safetensors", model.Backbone.WeightsPath);
    }

    private static ImageDataset Dataset => TestWorld.Dataset(4, 4, 4);

    private static LongTailFineTunerBuilder Builder(string backbone, BackboneLoadOptions? options = null) =>
        TestWorld.Builder().UseBackbone(backbone, options).UseEpochs(1).UseClassifierOnly();

    private LongTailFineTuner Train(string backbone, BackboneLoadOptions? options = null)
    {
        LongTailFineTuner tuner = Builder(backbone, options).UseCheckpoints(_folder["run"]).Build();
        using FineTunedModel model = tuner.Fit(Dataset);
        model.Save(_folder["model"]);
        return tuner;
    }

    private string WriteBackbone(string kind)
    {
        string folder = _folder["backbone"],
            tinyClip = Path.Combine(Repository.Root, "samples", "assets", "tiny-clip");
        using Backbone backbone = kind switch
        {
            "clip" or "open" => Backbone.Load(tinyClip),
            "resnet" => TinyResNet(),
            _ => TestWorld.CreateBackbone(),
        };
        backbone.Save(
            folder,
            naming: kind switch
            {
                "open" => WeightNaming.OpenAI,
                "timm" or "resnet" => WeightNaming.Timm,
                _ => WeightNaming.HuggingFace,
            }
        );
        return folder;
    }

    private static Backbone TinyResNet()
    {
        var backbone = new Backbone(
            new BackboneConfig
            {
                Name = "test ResNet",
                Image = new ResNetConfig
                {
                    ImageSize = 32,
                    StemWidth = 4,
                    Width = 4,
                    Depths = new ResNetDepths(1, 1, 1, 1),
                },
                Preprocess = new PreprocessConfig { ImageSize = 32 },
            }
        );
        backbone.Initialize(1);
        return backbone;
    }

    private static void Edit(string file, string path, string value)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(file))!,
            place = root;
        string[] steps = path.Split('.');
        foreach (string step in steps[..^1])
            place = place[step]!;
        JsonNode? changed = JsonNode.Parse(value);
        if (place is JsonArray list)
            list[int.Parse(steps[^1])] = changed;
        else
            place[steps[^1]] = changed;
        File.WriteAllText(file, root.ToJsonString());
    }

    private static void ChangeTensor(string file, string name)
    {
        byte[] bytes = File.ReadAllBytes(file);
        using (Safetensors source = Safetensors.Open(file))
            bytes[source.Tensors[name].Offset + 2] ^= 1; // a bit of the first value
        File.WriteAllBytes(file, bytes);
    }
}
