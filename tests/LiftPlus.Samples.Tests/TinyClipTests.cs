using LiftPlus.Backbones;
using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.Tests;

/// <summary>Tests the two committed TinyClips: they are small and loadable, one a strong foundation for ShapesLT, the other a weak one.</summary>
public class TinyClipTests
{
    public static TheoryData<string> Folders => [TinyClipTask.BackboneFolder, TinyClipTask.WeakBackboneFolder];

    [Theory]
    [MemberData(nameof(Folders))]
    public void TheFolderIsAHuggingFaceClipOfAtMost4MB(string folder)
    {
        string[] files = [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        Assert.Equal(["config.json", "merges.txt", "model.safetensors", "preprocessor_config.json", "vocab.json"], files);
        Assert.InRange(Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length), 1, 4_000_000);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void ItHasTheSizesThatThePretrainingDeclares(string folder)
    {
        using Backbone model = Backbone.Load(folder);
        BackboneConfig declared = Pretraining.TinyClip.Config(model.RequireTokenizer().VocabularySize);
        Assert.Equal(declared.Image, model.Config.Image);
        Assert.Equal(declared.Text, model.Config.Text);
        Assert.Equal(declared.EmbedDimension, model.Config.EmbedDimension);
        Assert.Equal(declared.Preprocess, model.Config.Preprocess);
    }

    [Fact]
    public void TheStrongOneKnowsShapesLTAndTheWeakOneLeavesMuchToLearn()
    {
        ImageDataset test = new ShapesLT().Load(Split.Test);
        Assert.InRange(ZeroShot(TinyClipTask.BackboneFolder, test), 75, 95);
        Assert.InRange(ZeroShot(TinyClipTask.WeakBackboneFolder, test), 35, 55);
    }

    private static double ZeroShot(string folder, ImageDataset test)
    {
        using ZeroShotClassifier classifier = new(Backbone.Load(folder), test.Classes);
        return classifier.Evaluate(test).Metrics.Overall;
    }
}
