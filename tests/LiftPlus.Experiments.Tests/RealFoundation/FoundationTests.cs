using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Experiments.RealFoundation;
using LiftPlus.TestSupport;

namespace LiftPlus.Experiments.Tests.RealFoundation;

/// <summary>Reads the network of the package, and classifies photographs by the means of their classes.</summary>
public sealed class FoundationTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ThePackageHoldsAResNetOfBasicBlocks()
    {
        Foundation.Write(Foundation.PackageFile, _folder["backbone"]);
        using Backbone backbone = Backbone.Load(_folder["backbone"]);
        var image = (ResNetConfig)backbone.Config.Image;
        Assert.Equal(
            (ResNetBlock.Basic, 64, new ResNetDepths(2, 2, 2, 3), 512),
            (image.Block, image.Width, image.Depths, image.FeatureDimension)
        );
        Assert.Equal(15_897_152, backbone.ParameterCount);
        Assert.Equal(1f / 255, backbone.Config.Preprocess.Std[0]);
        Assert.Empty(backbone.Origin!.Remarks);
    }

    [Fact]
    public void NearestClassMeansKnowPhotographs()
    {
        if (Repository.Shared("data", "caltech60-lt.tar") is not string archive)
        {
            Assert.Skip("The photographs are not there: shared/data/caltech60-lt.tar.");
            return; // for the analyzer
        }

        Foundation.Write(Foundation.PackageFile, _folder["backbone"]);
        (ImageDataset train, ImageDataset test) = Photographs.Read(archive, _folder.Path);
        var experiment = new Experiment(_folder["backbone"], train, test, _folder["out"], output.WriteLine);
        Row row = Rows.All.Single(row => row.Name == "class-means-15");
        RunResult result = experiment.Run(row, seed: 0);
        Assert.InRange(result.Overall, 86, 90);
        RunResult again = experiment.Run(row, seed: 0); // from its file
        Assert.Equal((result.Overall, result.TrainingSeconds), (again.Overall, again.TrainingSeconds));
    }
}
