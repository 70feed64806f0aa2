using System.Text.Json.Nodes;
using LiftPlus.Models;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Models;

/// <summary>What a model folder names and does not contain: its backbone and its vocabulary.</summary>
public sealed class SavedPathTests : IDisposable
{
    private static readonly ModelLoadOptions s_cpu = new() { Device = "cpu" };

    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Environment.CurrentDirectory;

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        _folder.Dispose();
    }

    [Fact]
    public void ARelativePath_IsFoundFromAnotherWorkingFolder_AndAfterModelAndBackboneMoved()
    {
        TrainHere("project");
        Environment.CurrentDirectory = _before;
        Load(_folder["project/out/model"]).Dispose(); // by the full path

        Directory.Move(_folder["project"], _folder["moved"]);
        using FineTunedModel moved = Load(_folder["moved/out/model"]); // by the path from the model folder
        Assert.Equal(_folder["moved/backbone"], moved.Recipe.Backbone);
        moved.Save(_folder["moved/again"]);
        Load(_folder["moved/again"]).Dispose();
    }

    [Fact]
    public void ThePathOfTheRecipe_IsFoundFromTheWorkingFolderAndFromTheModelFolder()
    {
        TrainHere("project");
        string model = _folder["project/out/model"];
        Edit(model, root => root.AsObject().Remove("BackbonePath")); // as earlier versions wrote it
        Environment.CurrentDirectory = _folder["project"];
        Load(model).Dispose();
        Environment.CurrentDirectory = _before;
        Directory.Move(_folder["project/backbone"], Path.Combine(model, "backbone"));
        Load(model).Dispose();
    }

    [Fact]
    public void ABackboneThatIsGone_IsAskedForByItsOption_WithThePathsAndTheWorkingFolder()
    {
        TrainHere("project");
        Environment.CurrentDirectory = _before;
        Directory.Move(_folder["project/backbone"], _folder["elsewhere"]);
        string message = Assert.Throws<LiftPlusException>(() => Load(_folder["project/out/model"])).Message;
        Assert.Contains("'backbone'", message);
        Assert.Contains(_folder["project/backbone"], message);
        Assert.Contains(Path.Combine(_before, "backbone"), message);
        Assert.Contains($"working folder is {_before}", message);
        Assert.Contains("ModelLoadOptions.Backbone", message);
        FineTunedModel.Load(_folder["project/out/model"], s_cpu with { Backbone = _folder["elsewhere"] }).Dispose();
    }

    [Fact]
    public void AVocabularyOfItsOwn_IsFoundAgain()
    {
        string tinyClip = Path.Combine(Repository.Root, "samples", "assets", "tiny-clip");
        Directory.CreateDirectory(_folder["project/words"]);
        Directory.CreateDirectory(_folder["project/backbone"]);
        foreach (string file in Directory.GetFiles(tinyClip))
        {
            bool isVocabulary = Path.GetFileName(file) is "vocab.json" or "merges.txt";
            File.Copy(file, Path.Combine(_folder[isVocabulary ? "project/words" : "project/backbone"], Path.GetFileName(file)));
        }

        Environment.CurrentDirectory = _folder["project"];
        using (
            FineTunedModel model = TestWorld
                .Builder()
                .UseBackbone("backbone", new BackboneLoadOptions { VocabularyFolder = "words" })
                .UseTextClassifier()
                .UseEpochs(1)
                .Build()
                .Fit(TestWorld.Dataset(4, 4, 4))
        )
            model.Save("out/model");
        Environment.CurrentDirectory = _before;
        using FineTunedModel loaded = Load(_folder["project/out/model"]);
        Assert.NotNull(loaded.Backbone.Tokenizer);
    }

    public static TheoryData<string> Remote =>
        [
            "\\\\server\\share\\clip",
            "//server/share/clip",
            "\\/server/share",
            "\\\\?\\UNC\\server\\share",
            "\\??\\UNC\\server\\share",
            "http://server/clip",
            "https://server/clip.safetensors",
            "file:///etc/hostname",
            "smb:\\\\server\\share",
            " \\\\server\\share",
        ];

    [Theory]
    [MemberData(nameof(Remote))]
    public void APathToAnotherComputer_IsNotOpened(string path)
    {
        TrainHere("project");
        Environment.CurrentDirectory = _before;
        string model = _folder["project/out/model"],
            recipe = Path.Combine(model, "recipe.json"),
            text = File.ReadAllText(recipe);
        Action<JsonNode>[] edits =
        [
            root => root["Recipe"]!["Backbone"] = path,
            root => root["BackbonePath"]!["Absolute"] = path,
            root => root["BackbonePath"]!["Relative"] = path,
            root => root["Recipe"]!["BackboneOptions"]!["VocabularyFolder"] = path,
        ];
        foreach (Action<JsonNode> edit in edits)
        {
            File.WriteAllText(recipe, text);
            Edit(model, edit);
            string message = Assert.Throws<LiftPlusException>(() => Load(model)).Message;
            Assert.Contains("a network path or address", message);
            Assert.Contains(path, message);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("a\0b")]
    [InlineData("nowhere\n")]
    public void ANameThatIsNoPath_IsLookedForWithoutAnotherException(string path)
    {
        TrainHere("project");
        string model = _folder["project/out/model"];
        Edit(model, root =>
        {
            root["Recipe"]!["Backbone"] = path;
            root["BackbonePath"]!["Absolute"] = path;
            root["BackbonePath"]!["Relative"] = path;
        });
        Assert.ThrowsAny<LiftPlusException>(() => Load(model));
    }

    [Theory]
    [InlineData("C:\\models\\clip", false)]
    [InlineData("c:/models/clip", false)]
    [InlineData("/models/clip", false)]
    [InlineData("models\\clip", false)]
    [InlineData("../clip", false)]
    [InlineData("owner/name@main", false)]
    [InlineData("//server", true)]
    public void OnlyOtherComputersAreRefused(string path, bool isRemote) => Assert.Equal(isRemote, NetworkPath.IsOne(path));

    private void TrainHere(string project)
    {
        Directory.CreateDirectory(_folder[project]);
        Environment.CurrentDirectory = _folder[project];
        using Backbone backbone = TestWorld.CreateBackbone();
        backbone.Save("backbone");
        using FineTunedModel model = TestWorld.Builder().UseBackbone("backbone").UseEpochs(1).Build().Fit(TestWorld.Dataset(4, 4, 4));
        Assert.Equal("backbone", model.Recipe.Backbone);
        model.Save("out/model");
    }

    private static FineTunedModel Load(string folder) => FineTunedModel.Load(folder, s_cpu);

    private static void Edit(string model, Action<JsonNode> change)
    {
        string recipe = Path.Combine(model, "recipe.json");
        JsonNode root = JsonNode.Parse(File.ReadAllText(recipe))!;
        change(root);
        File.WriteAllText(recipe, root.ToJsonString());
    }
}
