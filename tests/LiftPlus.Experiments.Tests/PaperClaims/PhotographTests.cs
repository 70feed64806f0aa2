using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Experiments.PaperClaims;
using LiftPlus.Samples;
using LiftPlus.TestSupport;

namespace LiftPlus.Experiments.Tests.PaperClaims;

/// <summary>Reads the network of the package, and classifies photographs by the means of their classes.</summary>
public sealed class PhotographTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ThePackageHoldsAResNetOfBasicBlocks()
    {
        ResNet18.Write(ResNet18.PackageFile, _folder["backbone"]);
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

        PhotoWorld world = PhotoWorld.Find(archive, imageSize: 96, _folder["out"])!;
        (ImageDataset train, ImageDataset test) = world.Load(0);
        Contender means = PhotoTables.All[0].Rows.Single(row => row.Title == "class means").Contender;
        LongTailFineTuner tuner = world.CreateBuilder(means).UseBackbone(world.BackboneFolder).Build();
        using FineTunedModel model = tuner.Fit(FirstOfEachClass(train, 5), cancellationToken: TestContext.Current.CancellationToken);
        EvaluationReport report = model.Evaluate(FirstOfEachClass(test, 2), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(120, report.Outcomes.Length);
        Assert.InRange(report.Metrics.Overall, 55, 95);
    }

    [Fact]
    public void APlaceWithoutPhotographsGivesNone() => Assert.Null(PhotoWorld.Find(_folder.Path, imageSize: 128, _folder["out"]));

    [Fact]
    public void EveryRowCanTrainAResNet()
    {
        (ImageDataset train, _) = new SmallWorld("small").Load(0);
        string[] failures =
        [
            .. PhotoTables
                .All.SelectMany(table => table.Rows)
                .Select(row => row.Contender)
                .DistinctBy(contender => contender.Name)
                .Select(contender => $"{contender.Name}: {Train(contender, train)}")
                .Where(result => !result.EndsWith(": trained", StringComparison.Ordinal)),
        ];
        Assert.Empty(failures);
    }

    [Fact]
    public void EveryClaimNamesRowsOfATable()
    {
        string[] rows = [.. PhotoTables.All.SelectMany(table => table.Rows.Select(row => $"{table.Id}/{row.Title}"))];
        Assert.Empty(
            PhotoClaimList
                .All.SelectMany(claim => claim.Comparisons)
                .SelectMany(comparison => (string[])[comparison.First, comparison.Second])
                .Except(rows)
        );
    }

    private static string Train(Contender contender, ImageDataset images)
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(CreateSmallResNet)
            .UseCosineClassifier(initialization: ClassifierInitialization.ClassMean);
        contender.Choose(builder);
        try
        {
            using FineTunedModel model = builder.UseEpochs(1).Build().Fit(images, cancellationToken: TestContext.Current.CancellationToken);
            return "trained";
        }
        catch (LiftPlusException e)
        {
            return e.Message;
        }
    }

    private static Backbone CreateSmallResNet()
    {
        var backbone = new Backbone(
            new BackboneConfig
            {
                Name = "ResNet 32@32px",
                Image = new ResNetConfig
                {
                    ImageSize = 32,
                    StemWidth = 4,
                    Width = 4,
                    Depths = new ResNetDepths(1, 1, 1, 1),
                    Block = ResNetBlock.Basic,
                },
                Preprocess = new PreprocessConfig { ImageSize = 32 },
            }
        );
        backbone.Initialize(1);
        return backbone;
    }

    private static ImageDataset FirstOfEachClass(ImageDataset images, int count)
    {
        int[] taken = new int[images.ClassNames.Count];
        return images.Where(image => taken[image.Label]++ < count);
    }
}
