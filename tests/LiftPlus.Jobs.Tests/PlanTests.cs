using LiftPlus.TestSupport;

namespace LiftPlus.Jobs.Tests;

/// <summary>Holds what a plan accepts, and that a damaged plan is refused.</summary>
public sealed class PlanTests : IDisposable
{
    private const string HalfAPair = "half a surrogate pair";

    private readonly JobWorld _world = new();
    private readonly HashClassifier _classifier = new();

    [Theory]
    [InlineData("", "")]
    [InlineData("{", "{")]
    [InlineData("LiftPlus prediction job", "another job")]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"top\": 2", "\"top\": 0")]
    [InlineData("\"top\": 2", "\"top\": \"2\"")]
    [InlineData("\"top\": 2,", "\"top\": 2, \"more\": 1,")]
    [InlineData("\"top\": 2,", "")]
    [InlineData("\"maxPixels\": 100000000", "\"maxPixels\": -1")]
    [InlineData("\"features\": \"Raw\"", "\"features\": \"Cooked\"")]
    [InlineData("\"timeLimit\": \"00:00:30\"", "\"timeLimit\": \"-00:00:30\"")]
    [InlineData("\"root\": \"", "\"root\": null, \"else\": \"")]
    [InlineData("\"model\": null", "\"model\": \"flowers.onnx\"")]
    [InlineData("\"images\": 10", "\"images\": 0")]
    [InlineData("\"bytes\": ", "\"bytes\": -")]
    [InlineData("\"start\": 0", "\"start\": -1")]
    [InlineData("\"shards\": [", "\"shards\": [null,")]
    [InlineData("\"shards\": [", "\"shards\": [{\"tar\": \" \", \"start\": 0, \"bytes\": 1, \"images\": 0, \"sha256\": null},")]
    public void ADamagedPlan_IsNamed(string found, string damaged)
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(20));
        string plan = Path.Combine(job.Folder, "plan.json");
        string text = File.ReadAllText(plan);
        Assert.Contains(found, text);
        File.WriteAllText(
            plan,
            found.Length == 0 ? ""
                : damaged == "{" ? "{"
                : text.Replace(found, damaged)
        );
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => PredictionJob.Open(job.Folder));
        Assert.Contains(plan, error.Message);
    }

    [Fact]
    public void AMissingPlan_IsNamed() =>
        Assert.Contains("plan.json", Assert.Throws<LiftPlusException>(() => PredictionJob.Open(_world["nothing"])).Message);

    [Theory]
    [InlineData("0001.png", "0002.png")]
    [InlineData("0001.png", "1.png")]
    [InlineData("", "")]
    public async Task ADamagedList_IsNamed(string found, string damaged)
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(10));
        string list = Path.Combine(job.Folder, "images.txt");
        File.WriteAllText(list, found.Length == 0 ? "" : File.ReadAllText(list).Replace(found, damaged));
        LiftPlusException error = await Assert.ThrowsAsync<LiftPlusException>(() => job.RunAsync(_classifier, JobWorld.Alone));
        Assert.Contains("images.txt' is damaged", error.Message);
    }

    // .NET throws an ArgumentException for such a path.
    [Fact]
    public async Task ATarFileWithANullCharacterInItsPath_IsRefused()
    {
        File.WriteAllBytes(_world["a.tar"], new byte[1024]);
        PredictionJob job = PredictionJob.Plan(_world["job"], [_world["a.tar"]]);
        string plan = Path.Combine(job.Folder, "plan.json");
        File.WriteAllText(plan, File.ReadAllText(plan).Replace("a.tar", "a\\u0000.tar", StringComparison.Ordinal));
        LiftPlusException error = await Assert.ThrowsAsync<LiftPlusException>(() =>
            PredictionJob.Open(job.Folder).RunAsync(_classifier, JobWorld.Alone)
        );
        Assert.Contains("its path has a null character", error.Message);
    }

    [Fact]
    public async Task ATarFileOfAnotherLength_IsRefused()
    {
        System.Formats.Tar.TarFile.CreateFromDirectory(Path.GetDirectoryName(_world.WriteImages(2)[0])!, _world["a.tar"], false);
        PredictionJob job = _world.Plan("job", [_world["a.tar"]]);
        File.AppendAllText(_world["a.tar"], "more");
        LiftPlusException error = await Assert.ThrowsAsync<LiftPlusException>(() => job.RunAsync(_classifier, JobWorld.Alone));
        Assert.Contains("when the job was planned", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnotherModel_IsRefused(bool isFolder)
    {
        string file = isFolder ? _world["model/part/weights"] : _world["model"];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "weights");
        PredictionJob job = _world.Plan("job", _world.WriteImages(1), model: _world["model"]);
        await job.RunAsync(_classifier, JobWorld.Alone);
        File.WriteAllText(file, "weighty");
        LiftPlusException error = await Assert.ThrowsAsync<LiftPlusException>(() => job.RunAsync(_classifier, JobWorld.Alone));
        Assert.Contains(job.Model!, error.Message);
    }

    [Theory]
    [InlineData("a\nb.png", "Image 1")]
    [InlineData(" ", "Image 1")]
    [InlineData(HalfAPair, "Image 1")]
    [InlineData("missing.tar", "missing.tar")]
    public void APathThatCannotBePlanned_IsNamed_AndNothingIsWritten(string path, string message)
    {
        if (path == HalfAPair)
            path = "\ud800.png"; // which xUnit would not pass on
        Assert.Contains(message, Assert.Throws<LiftPlusException>(() => _world.Plan("job", ["a.png", path])).Message);
        Assert.False(Directory.Exists(_world["job"]));
    }

    [Fact]
    public void WrongOptions_AreRefused()
    {
        Assert.Contains("no images", Assert.Throws<LiftPlusException>(() => _world.Plan("job", [])).Message);
        Assert.Contains("model", Assert.Throws<LiftPlusException>(() => _world.Plan("job", ["a.png"], model: _world["no model"])).Message);
        PredictionJobOptions none = new() { ShardSize = 0 };
        Assert.Contains("ShardSize", Assert.Throws<LiftPlusException>(() => PredictionJob.Plan(_world["job"], ["a.png"], none)).Message);
        _world.Plan("job", ["a.png"]);
        Assert.Contains("not empty", Assert.Throws<LiftPlusException>(() => _world.Plan("job", ["a.png"])).Message);
    }

    public void Dispose()
    {
        _classifier.Dispose();
        _world.Dispose();
    }
}
