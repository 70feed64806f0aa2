using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LiftPlus.Peft;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Models;

/// <summary>The files of a model folder: each has its hash, and the hash of one stands for all.</summary>
public sealed class ModelFilesTests : IDisposable
{
    private static readonly ModelLoadOptions s_options = new() { Device = "cpu", CreateBackbone = TestWorld.CreateBackbone };

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _tensors;
    private readonly string _recipe;

    public ModelFilesTests()
    {
        _model = _folder["model"];
        (_tensors, _recipe) = (Path.Combine(_model, "adapter.safetensors"), Path.Combine(_model, "recipe.json"));
        Save(_model, seed: 0);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFlippedBitAnywhereInTheTensors_IsRefusedWithBothHashes()
    {
        byte[] good = File.ReadAllBytes(_tensors);
        for (int i = 0; i < good.Length; i += Math.Max(1, good.Length / 100))
        {
            byte[] bad = [.. good];
            bad[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(_tensors, bad);
            string message = Refused();
            Assert.Contains(_tensors, message);
            Assert.Contains(Sha256(good), message);
            Assert.Contains(Sha256(bad), message);
        }

        File.WriteAllBytes(_tensors, good[..^1]);
        Assert.Contains($"{good.Length - 1} bytes", Refused());
        File.WriteAllBytes(_tensors, good);
        FineTunedModel.Load(_model, s_options).Dispose();
    }

    [Fact]
    public void TensorsOfAnotherModel_AreRefused()
    {
        Save(_folder["other"], seed: 1);
        File.Copy(Path.Combine(_folder["other"], "adapter.safetensors"), _tensors, overwrite: true);
        Assert.Contains("mixes two models", Refused());
    }

    // A method of the test is created while recipe.json is parsed: after it is read, and before the tensors are opened.
    [Fact]
    public void AModelThatIsReplacedWhileItIsRead_IsReadAsItWas()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows deletes no folder with open files");
        ComponentRegistry components = RecipeJson.BuiltIn();
        components.Add(new ReplacingOptions());
        Save(_folder["next"], seed: 1);
        JsonNode root = JsonNode.Parse(File.ReadAllText(_recipe))!;
        root["Recipe"]!["Peft"]!.AsArray().Add(new JsonObject { ["Type"] = "replacing" });
        File.WriteAllText(_recipe, root.ToJsonString());
        int times = 0;
        ReplacingOptions.Created = () =>
        {
            times++;
            Directory.Delete(_model, recursive: true);
            Directory.Move(_folder["next"], _model);
        };
        try
        {
            using FineTunedModel loaded = FineTunedModel.Load(_model, s_options with { Components = components });
            Assert.Equal(0, loaded.Recipe.Training.Seed); // recipe and tensors were opened together
            using FineTunedModel next = FineTunedModel.Load(_model, s_options);
            Assert.Equal(1, next.Recipe.Training.Seed);
        }
        finally
        {
            ReplacingOptions.Created = () => { };
        }

        Assert.Equal(1, times);
    }

    [Fact]
    public void AFileThatIsMissing_IsNamed()
    {
        Edit(files => files["extra.bin"] = new JsonObject { ["Bytes"] = 3, ["Sha256"] = new string('0', 64) });
        Assert.Contains($"{Path.Combine(_model, "extra.bin")} is missing", Refused());
        Edit(files => files.Remove("adapter.safetensors"));
        Assert.Contains("adapter.safetensors", Refused());
        File.Delete(_tensors);
        Assert.Contains("adapter.safetensors", Refused());
    }

    [Theory]
    [InlineData("../model2/adapter.safetensors")]
    [InlineData("..")]
    [InlineData("/etc/hostname")]
    [InlineData("C:\\windows\\win.ini")]
    [InlineData("\\\\server\\share")]
    public void AListedFileOutsideTheFolder_IsNotOpened(string name)
    {
        Edit(files => files[name] = new JsonObject { ["Bytes"] = 3, ["Sha256"] = new string('0', 64) });
        Assert.Contains($"'{name}' is not the name of a file in the folder", Refused());
    }

    [Fact]
    public void AnExtraFile_IsRemarked_AndRefusedWithATrustedHash()
    {
        File.WriteAllText(Path.Combine(_model, "README.md"), "mine");
        List<string> log = [];
        using (FineTunedModel.Load(_model, s_options with { Logger = new ListLogger(log) }))
            Assert.Contains(log, line => line.StartsWith("Warning: ") && line.Contains("README.md"));
        Assert.Contains(
            "README.md",
            Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_model, s_options with { TrustedHash = Sha256(_recipe) })).Message
        );
    }

    [Fact]
    public void ATrustedHash_StandsForTheWholeFolder()
    {
        string hash = Sha256(_recipe);
        FineTunedModel.Load(_model, s_options with { TrustedHash = hash }).Dispose();
        FineTunedModel.Load(_model, s_options with { TrustedHash = hash.ToUpperInvariant() }).Dispose();

        File.AppendAllText(_recipe, " ");
        string message = Refused(hash);
        Assert.Contains(hash, message);
        Assert.Contains(Sha256(_recipe), message);
        Assert.Contains("TrustedHash", message);

        Save(_model, seed: 1); // another good model
        Assert.Contains(hash, Refused(hash));
        Assert.Contains(
            "64 hexadecimal digits",
            Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_model, s_options with { TrustedHash = "12" })).Message
        );
    }

    [Fact]
    public void AFolderOfAnEarlierVersion_LoadsWithRemarks_AndHasNoTrustedHash()
    {
        using Backbone backbone = TestWorld.CreateBackbone();
        backbone.Save(_folder["backbone"]);
        using (
            FineTunedModel model = TestWorld.Builder().UseBackbone(_folder["backbone"]).UseEpochs(1).Build().Fit(TestWorld.Dataset(4, 4, 4))
        )
            model.Save(_model);
        JsonNode root = JsonNode.Parse(File.ReadAllText(_recipe))!;
        foreach (string name in new[] { "Files", "Decoder", "BackbonePath", "VocabularyPath" })
            Assert.True(root.AsObject().Remove(name));
        foreach ((string name, _) in root["Backbone"]!.AsObject().ToArray())
        {
            if (name is not ("Name" or "Sha256" or "Activation" or "Preprocess"))
                root["Backbone"]!.AsObject().Remove(name);
        }

        root["Recipe"]!["Inference"]!["TestTimeEnsemble"] = true;
        File.WriteAllText(_recipe, root.ToJsonString());
        using FineTunedModel loaded = FineTunedModel.Load(_model, new ModelLoadOptions { Device = "cpu" });
        IEnumerable<string> remarks = loaded.Backbone.Origin!.Remarks;
        Assert.Contains(remarks, remark => remark.Contains("SHA-256 of adapter.safetensors"));
        Assert.Contains(remarks, remark => remark.Contains("Backbone.Image.Heads"));
        Assert.Contains(remarks, remark => remark.Contains("Inference.Expand"));
        Assert.Contains("save it again", Refused(Sha256(_recipe)));
    }

    private static void Save(string folder, int seed)
    {
        using FineTunedModel model = TestWorld
            .Builder()
            .UseTraining(training => training with { Epochs = 1, Seed = seed })
            .Build()
            .Fit(TestWorld.Dataset(4, 4, 4));
        model.Save(folder);
    }

    private void Edit(Action<JsonObject> change)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(_recipe))!;
        change(root["Files"]!.AsObject());
        File.WriteAllText(_recipe, root.ToJsonString());
    }

    private string Refused(string? trusted = null) =>
        Assert.ThrowsAny<LiftPlusException>(() => FineTunedModel.Load(_model, s_options with { TrustedHash = trusted })).Message;

    private static string Sha256(string file) => Sha256(File.ReadAllBytes(file));

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed record ReplacingOptions : PeftOptions
    {
        public ReplacingOptions() => Created();

        public static Action Created { get; set; } = () => { };

        public override string Type => "replacing";

        public override void Apply(PeftContext context) { }
    }
}
