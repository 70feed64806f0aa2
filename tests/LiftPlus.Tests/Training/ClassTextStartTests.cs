using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Training;

/// <summary>A classifier starts from the class names where the text encoder has a vocabulary, and says so where it does not.</summary>
public sealed class ClassTextStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public ClassTextStartTests()
    {
        foreach (string file in Directory.GetFiles(Repository.PathOf("samples", "assets", "tiny-clip")))
            File.Copy(file, _folder[Path.GetFileName(file)]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TokenizerJsonStartsFromTheClassNames()
    {
        float[] expected = Weights();
        WriteWhole();
        Assert.Equal(expected, Weights());
        Assert.Contains(_log, line => line.Contains("Initialising the classifier: Semantic"));
        Assert.DoesNotContain(_log, line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutAVocabularyTheStartFromClassMeansIsAnnounced()
    {
        File.Delete(_folder["vocab.json"]);
        using FineTunedModel model = Fit();
        Assert.Contains(_log, line => line.StartsWith("Warning: There is no vocabulary beside the weights", StringComparison.Ordinal));
        Assert.Contains(_log, line => line.Contains("the classifier starts from class means and not from the class names"));
        Assert.Contains(model.Backbone.Origin!.Remarks, remark => remark.Contains("class means"));
    }

    [Fact]
    public void WhoeverAsksForTheClassNamesGetsAnError()
    {
        File.Delete(_folder["merges.txt"]);
        string message = Assert.Throws<LiftPlusException>(() => Fit(ClassifierInitialization.Semantic).Dispose()).Message;
        Assert.Contains("vocab.json and merges.txt, or tokenizer.json", message);
    }

    [Fact]
    public void ImagesOnlyNeedNoVocabulary()
    {
        File.Delete(_folder["vocab.json"]);
        using FineTunedModel model = Fit(ClassifierInitialization.ClassMean);
        Assert.DoesNotContain(_log, line => line.Contains("and not from the class names"));
    }

    [Fact]
    public void ABackboneWithoutTextsSaysThatItStartsFromClassMeans()
    {
        using (Backbone vision = TestWorld.CreateBackbone())
            vision.Save(_folder["vision"]);
        using FineTunedModel model = Fit(backbone: _folder["vision"]);
        Assert.Contains(_log, line => line.EndsWith("starts its classifier from class means, and class names have no effect"));
        Assert.DoesNotContain(_log, line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    private float[] Weights()
    {
        using FineTunedModel model = Fit();
        return [.. model.Classifier.Weight!.data<float>()];
    }

    private FineTunedModel Fit(ClassifierInitialization initialization = ClassifierInitialization.Auto, string? backbone = null) =>
        LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(backbone ?? _folder.Path)
            .UseClassifier(new CosineClassifierOptions(), initialization)
            .UseTraining(training => training with { Epochs = 1, BatchSize = 6 })
            .UseLogger(new ListLogger(_log))
            .UseDevice("cpu")
            .Build()
            .Fit(TestWorld.Dataset(2, 2, 2));

    private void WriteWhole()
    {
        string[] merges = File.ReadAllLines(_folder["merges.txt"]);
        JsonObject model = new()
        {
            ["type"] = "BPE",
            ["end_of_word_suffix"] = "</w>",
            ["vocab"] = JsonNode.Parse(File.ReadAllText(_folder["vocab.json"])),
            ["merges"] = JsonSerializer.SerializeToNode(
                merges.Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' '))
            ),
        };
        File.WriteAllText(_folder["tokenizer.json"], new JsonObject { ["version"] = "1.0", ["model"] = model }.ToJsonString());
        File.Delete(_folder["vocab.json"]);
        File.Delete(_folder["merges.txt"]);
    }
}
