using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LiftPlus.Data;
using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>Model folders that contain their backbone.</summary>
public sealed class IncludedBackboneTests : IDisposable
{
    private static readonly ModelLoadOptions s_cpu = new() { Device = "cpu" };
    private static readonly ModelSaveOptions s_include = new() { IncludeBackbone = true };
    private static readonly string s_tinyClip = Path.Combine(Repository.Root, "samples", "assets", "tiny-clip");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("file", "timm.safetensors")]
    [InlineData("options", "timm.safetensors")]
    [InlineData("described", "timm.config.json", "timm.safetensors")]
    [InlineData("folder", "config.json", "merges.txt", "model.safetensors", "preprocessor_config.json", "vocab.json")]
    [InlineData("vocabulary", "config.json", "merges.txt", "model.safetensors", "preprocessor_config.json", "vocab.json")]
    [InlineData("parts", "config.json", "model.safetensors.index.json", "one.safetensors")]
    [InlineData("code", "config.json", "model.safetensors", "preprocessor_config.json")]
    [InlineData("full", "timm.safetensors")]
    public void TheFolderIsEnough_WhereverItIs(string kind, params string[] files)
    {
        Directory.CreateDirectory(_folder["here"]);
        using FineTunedModel model = Train(kind);
        model.Save(_folder["here/model"], s_include);
        Assert.Equal(files, Directory.GetFiles(_folder["here/model/backbone"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("\"backbone/", Manifest(_folder["here/model"])["Files"]!.ToJsonString());
        Directory.Move(_folder["here/model"], _folder["moved"]);
        Directory.Delete(_folder["here"], recursive: true);

        using FineTunedModel loaded = FineTunedModel.Load(_folder["moved"], s_cpu);
        AssertSame(model, loaded);
        Assert.StartsWith(_folder["moved/backbone"], loaded.Recipe.Backbone);

        loaded.Save(_folder["again"], s_include); // from the copy
        Directory.Delete(_folder["moved"], recursive: true);
        using FineTunedModel again = FineTunedModel.Load(_folder["again"], s_cpu);
        AssertSame(model, again);
        again.Save(_folder["again"]); // the backbone lies in the folder that is replaced
        using FineTunedModel last = FineTunedModel.Load(_folder["again"], s_cpu);
        AssertSame(model, last);
    }

    [Fact]
    public void EveryFileIsHashed_AndAFileMoreIsNoticed()
    {
        using (FineTunedModel model = Train("folder"))
            model.Save(_folder["model"], s_include);
        string recipe = _folder["model/recipe.json"],
            trusted = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(recipe)));
        FineTunedModel.Load(_folder["model"], s_cpu with { TrustedHash = trusted }).Dispose();
        foreach (string file in Directory.GetFiles(_folder["model/backbone"]))
        {
            byte[] good = File.ReadAllBytes(file),
                bad = [.. good];
            bad[^1] ^= 1;
            File.WriteAllBytes(file, bad);
            Assert.Contains(Path.Combine("backbone", Path.GetFileName(file)), Refused(s_cpu));
            File.Delete(file);
            Assert.Contains("is missing", Refused(s_cpu));
            File.WriteAllBytes(file, good);
        }

        File.WriteAllText(_folder["model/backbone/tokenizer.json"], "{}");
        Assert.Contains("backbone/tokenizer.json, which recipe.json does not list", Refused(s_cpu with { TrustedHash = trusted }));
        using FineTunedModel loaded = FineTunedModel.Load(_folder["model"], s_cpu);
        Assert.Contains(loaded.Backbone.Origin!.Remarks, remark => remark.Contains("backbone/tokenizer.json"));
    }

    [Theory]
    [InlineData("../elsewhere.safetensors")]
    [InlineData("backbone/../../elsewhere.safetensors")]
    [InlineData("/elsewhere.safetensors")]
    [InlineData("backbone/absent.safetensors")]
    [InlineData("")]
    public void AnEditedPlaceOfTheBackbone_IsRefused(string place)
    {
        using (FineTunedModel model = Train("file"))
            model.Save(_folder["model"], s_include);
        File.Copy(_folder["here/timm.safetensors"], _folder["elsewhere.safetensors"]);
        JsonObject manifest = Manifest(_folder["model"]);
        manifest["IncludedBackbone"] = place;
        File.WriteAllText(_folder["model/recipe.json"], manifest.ToJsonString());
        Assert.Contains("IncludedBackbone", Refused(s_cpu));
        JsonObject files = manifest["Files"]!.AsObject();
        files[place] = files["backbone/timm.safetensors"]!.DeepClone();
        File.WriteAllText(_folder["model/recipe.json"], manifest.ToJsonString());
        Assert.Contains(place is "backbone/absent.safetensors" ? "is missing" : "is not the name of a file", Refused(s_cpu));
    }

    [Fact]
    public void FilesThatChangedSinceTheTraining_AreNotIncluded()
    {
        using FineTunedModel model = Train("file");
        model.Save(_folder["model"]);
        string before = File.ReadAllText(_folder["model/recipe.json"]);
        WriteTimm(_folder["here/timm.safetensors"], seed: 2);
        string message = Assert.Throws<LiftPlusException>(() => model.Save(_folder["model"], s_include)).Message;
        Assert.Contains(_folder["here/timm.safetensors"], message);
        Assert.Contains("SHA-256", message);
        Assert.Equal(before, File.ReadAllText(_folder["model/recipe.json"]));

        File.WriteAllText(_folder["here/timm.safetensors"], "gone");
        Assert.ThrowsAny<LiftPlusException>(() => model.Save(_folder["other"], s_include));
        File.Delete(_folder["here/timm.safetensors"]);
        Assert.Contains("timm.safetensors", Assert.ThrowsAny<LiftPlusException>(() => model.Save(_folder["other"], s_include)).Message);
        Assert.Equal(["here", "model"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(before, File.ReadAllText(_folder["model/recipe.json"]));
    }

    [Theory]
    [InlineData(true, Precision.Float32)]
    [InlineData(false, Precision.BFloat16)]
    public void ABackboneMadeInCode_WhoseValuesAreGone_IsNotIncluded(bool full, Precision precision)
    {
        LongTailFineTunerBuilder builder = TestWorld.Builder().UseEpochs(1).UseTraining(t => t with { Precision = precision });
        using FineTunedModel model = (full ? builder.AddFullFineTuning() : builder).Build().Fit(TestWorld.Dataset(4, 4, 4));
        string message = Assert.Throws<LiftPlusException>(() => model.Save(_folder["model"], s_include)).Message;
        Assert.Contains("was made in code", message);
        Assert.Contains("Backbone.Save", message);
        Assert.False(Directory.Exists(_folder["model"]));
    }

    [Fact]
    public void Save_WithAFaultAtAnyStep_LeavesTheEarlierModelOrTheNewOne()
    {
        using FineTunedModel model = Train("file");
        FaultInjection.Run(
            () => model.Save(_folder["models/one"]),
            () => model.Save(_folder["models/one"], s_include),
            thrown =>
            {
                using FineTunedModel found = FineTunedModel.Load(_folder["models/one"], s_cpu);
                AssertSame(model, found);
                if (thrown is null)
                    Assert.True(File.Exists(_folder["models/one/backbone/timm.safetensors"]));
            },
            () => Assert.Equal([_folder["models/one"]], Directory.GetFileSystemEntries(_folder["models"]))
        );
    }

    private FineTunedModel Train(string kind)
    {
        LongTailFineTunerBuilder builder = TestWorld.Builder().UseEpochs(1);
        Directory.CreateDirectory(_folder["here"]);
        string file = _folder["here/timm.safetensors"];
        switch (kind)
        {
            case "code":
                break;
            case "folder" or "vocabulary":
                Directory.CreateDirectory(_folder["here/words"]);
                foreach (string from in Directory.GetFiles(s_tinyClip))
                {
                    bool isWord = Path.GetFileName(from) is "vocab.json" or "merges.txt";
                    File.Copy(from, _folder[$"here/{(isWord && kind == "vocabulary" ? "words/" : "")}{Path.GetFileName(from)}"]);
                }

                builder.UseBackbone(_folder["here"], kind == "folder" ? null : new() { VocabularyFolder = _folder["here/words"] });
                break;
            case "parts":
                using (Backbone backbone = TestWorld.CreateBackbone())
                    backbone.Save(_folder["here"]);
                File.Move(_folder["here/model.safetensors"], _folder["here/one.safetensors"]);
                File.Delete(_folder["here/preprocessor_config.json"]);
                using (var parts = LiftPlus.Weights.Safetensors.Open(_folder["here/one.safetensors"]))
                {
                    var map = new JsonObject(parts.Tensors.Keys.Select(name => KeyValuePair.Create(name, (JsonNode?)"one.safetensors")));
                    File.WriteAllText(_folder["here/model.safetensors.index.json"], new JsonObject { ["weight_map"] = map }.ToJsonString());
                }

                builder.UseBackbone(_folder["here"]);
                break;
            default:
                WriteTimm(file, seed: 1);
                if (kind == "described")
                    File.WriteAllText(_folder["here/timm.config.json"], """{ "pretrained_cfg": { "mean": [0.1, 0.2, 0.3] } }""");
                if (kind == "full")
                    builder.AddFullFineTuning();
                builder.UseBackbone(
                    file,
                    kind != "options"
                        ? null
                        : new()
                        {
                            ImageSize = 32,
                            ImageHeads = 2,
                            Activation = Activation.QuickGelu,
                        }
                );
                break;
        }

        return builder.Build().Fit(TestWorld.Dataset(4, 4, 4));
    }

    private static void WriteTimm(string path, int seed)
    {
        using var backbone = new Backbone(TestWorld.Config);
        backbone.Initialize(seed);
        TestBackbones.WriteTimm(backbone, path);
    }

    private static JsonObject Manifest(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "recipe.json")))!.AsObject();

    private string Refused(ModelLoadOptions options) =>
        Assert.ThrowsAny<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], options).Dispose()).Message;

    private static void AssertSame(FineTunedModel expected, FineTunedModel found)
    {
        int size = expected.Backbone.Config.Preprocess.ImageSize;
        using Tensor images = randn(2, 3, size, size);
        using IDisposable noGrad = no_grad();
        using Tensor one = expected.Logits(images),
            other = found.Logits(images);
        Assert.True(one.eq(other).all().item<bool>());
        Assert.Equal(expected.Backbone.Config with { Name = "" }, found.Backbone.Config with { Name = "" });
    }
}
