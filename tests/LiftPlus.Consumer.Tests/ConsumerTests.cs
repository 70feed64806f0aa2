namespace LiftPlus.Consumer.Tests;

/// <summary>Applications that know the library from its packages alone.</summary>
[Collection(nameof(Feed))]
public sealed class ConsumerTests(Feed feed)
{
    private static string TinyClip => Path.Combine(Feed.Root, "samples", "assets", "tiny-clip");

    [Fact]
    public void AFolderOfPictures_IsTrainedOnAndPredicted() =>
        Assert.Contains("right after reading the model back", feed.Run("FolderTrainer", TinyClip, feed.Work("folder-trainer")));

    [Fact]
    public void AMethodOfItsOwn_NeedsTheCorePackageAlone() => Assert.Contains("2 tensors trained", feed.Run("OwnMethod", TinyClip));

    [Theory]
    [InlineData("PublishTrimmed")]
    [InlineData("PublishAot")]
    public void AnApplicationThatAsksForTrimming_IsWarned(string property)
    {
        string project = Path.Combine("FolderTrainer", "FolderTrainer.csproj");
        Assert.Contains("warning LIFTPLUS001", feed.Target(project, "LiftPlusTrimmingWarning", $"-p:{property}=true", "-p:TreatWarningsAsErrors=false"));
        Assert.DoesNotContain("LIFTPLUS001", feed.Target(project, "LiftPlusTrimmingWarning", "-p:TreatWarningsAsErrors=false"));
    }
}
