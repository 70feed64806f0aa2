namespace LiftPlus.Consumer.Tests;

/// <summary>Tests applications that use only the packages of the library.</summary>
[Collection(nameof(Feed))]
public sealed class ConsumerTests(Feed feed)
{
    private static string TinyClip => Path.Combine(Feed.Root, "samples", "assets", "tiny-clip");

    [Fact]
    public void AFolderOfImages_IsTrainedOnAndPredicted() =>
        Assert.Contains("correct after loading the model", feed.Run("FolderTrainer", TinyClip, feed.Work("folder-trainer")));

    [Fact]
    public void TheTasksOfADay_AreDoneWithThePackages() =>
        Assert.Contains("19 tasks done", feed.Run("WholeDay", TinyClip, feed.Work("whole-day")));

    [Fact]
    public void ACustomMethod_NeedsOnlyTheCorePackage() => Assert.Contains("2 tensors trained", feed.Run("OwnMethod", TinyClip));

    [Fact]
    public void AnOnnxFile_NeedsNoTorchSharp_AndTheMissingRuntimeIsNamed()
    {
        string printed = feed.RunToFailure("OnnxOnly", Path.Combine(TinyClip, "config.json"), "none.png");
        Assert.Contains("0 files of torch", printed);
        Assert.Contains("Add the package Microsoft.ML.OnnxRuntime to the application", printed);
    }

    [Fact]
    public void AWorker_IsConfiguredByItsSettings_TrainsAndServes()
    {
        string work = feed.Work("worker");
        string printed = feed.Run(
            "Worker",
            $"--Trainer:Backbone={TinyClip}",
            $"--Classifier:Model={Path.Combine(work, "model")}",
            $"--Images={work}"
        );
        Assert.Contains("requests answered correctly", printed);
    }

    [Fact]
    public void AWorkerWithBadSettings_DoesNotStart_AndNamesThemAll()
    {
        string printed = feed.RunToFailure(
            "Worker",
            $"--Trainer:Backbone={TinyClip}",
            "--Trainer:Device=abacus",
            "--Trainer:Training:Epochs=0",
            "--Trainer:Peft:0:Rank=-1"
        );
        Assert.All(["Trainer:Device", "Trainer:Training:Epochs", "Trainer:Peft:0"], place => Assert.Contains(place, printed));
    }

    [Theory]
    [InlineData("PublishTrimmed")]
    [InlineData("PublishAot")]
    public void AnApplicationThatAsksForTrimming_IsWarned(string property)
    {
        string project = Path.Combine("FolderTrainer", "FolderTrainer.csproj");
        Assert.Contains(
            "warning LIFTPLUS001",
            feed.Target(project, "LiftPlusTrimmingWarning", $"-p:{property}=true", "-p:TreatWarningsAsErrors=false")
        );
        Assert.DoesNotContain("LIFTPLUS001", feed.Target(project, "LiftPlusTrimmingWarning", "-p:TreatWarningsAsErrors=false"));
    }
}
