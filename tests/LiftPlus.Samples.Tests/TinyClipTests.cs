using LiftPlus.Backbones;
using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.Tests;

/// <summary>Tests the committed TinyClip: it is small, loadable, and a fair start for ShapesLT.</summary>
public class TinyClipTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "tiny-clip");

    [Fact]
    public void TheFolderIsAHuggingFaceClipOfAtMost4MB()
    {
        string[] files = [.. Directory.GetFiles(s_folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        Assert.Equal(["config.json", "merges.txt", "model.safetensors", "preprocessor_config.json", "vocab.json"], files);
        Assert.InRange(Directory.GetFiles(s_folder).Sum(file => new FileInfo(file).Length), 1, 4_000_000);
    }

    [Fact]
    public void ItHasTheSizesThatThePretrainingDeclares()
    {
        using Backbone model = Backbone.Load(s_folder);
        BackboneConfig declared = Pretraining.TinyClip.Config(model.RequireTokenizer().VocabularySize);
        Assert.Equal(declared.Image, model.Config.Image);
        Assert.Equal(declared.Text, model.Config.Text);
        Assert.Equal(declared.EmbedDimension, model.Config.EmbedDimension);
        Assert.Equal(declared.Preprocess, model.Config.Preprocess);
    }

    [Fact]
    public void ZeroShotOnShapesLTIsNeitherHopelessNorSolved()
    {
        ImageDataset test = new ShapesLT().Load(Split.Test);
        using ZeroShotClassifier classifier = new(Backbone.Load(s_folder), test.Classes);
        Assert.InRange(classifier.Evaluate(test).Metrics.Overall, 35, 75);
    }
}
