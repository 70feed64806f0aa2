using System.Diagnostics;
using LiftPlus.Native;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Models;

/// <summary>What every public entrance says where nothing has loaded libtorch before, as in an F# program.</summary>
public sealed class MissingLibTorchTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] s_raw =
    [
        "DllNotFoundException",
        "TypeInitializationException",
        "EntryPointNotFoundException",
        "BadImageFormatException",
        "doesn't contain a reference to libtorch",
    ];

    private static readonly string[] s_needLibTorch =
    [
        "Backbone..ctor(BackboneConfig)",
        "Backbone.Load(String, BackboneLoadOptions)",
        "FineTunedModel.Load(String, ModelLoadOptions, CancellationToken)",
        "FineTunedModel.LoadAsync(String, ModelLoadOptions, CancellationToken)",
        "ImportedModel.FromPeft(String, FineTuningRecipe, ClassDistribution, ModelLoadOptions, CancellationToken)",
        "ImportedModel.FromReference(String, FineTuningRecipe, ClassDistribution, ModelLoadOptions, CancellationToken)",
        "IImageClassifier.Predict(ImageSource, PredictionOptions, CancellationToken)",
        "IServedImageClassifier.ReloadAsync(CancellationToken)",
        "IServedImageClassifier.StartAsync(CancellationToken)",
        "LibTorch.EnsureLoaded()",
        "LongTailFineTuner.Fit(ImageDataset, ImageDataset, IProgress<TrainingProgress>, CancellationToken)",
        "LongTailFineTuner.FitAsync(ImageDataset, ImageDataset, IProgress<TrainingProgress>, CancellationToken)",
        "LongTailFineTuner.Resume(ImageDataset, ImageDataset, IProgress<TrainingProgress>, CancellationToken)",
        "LongTailFineTuner.ResumeAsync(ImageDataset, ImageDataset, IProgress<TrainingProgress>, CancellationToken)",
        "WeightSource.Read(String)",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryEntrance_SaysWhatIsMissing()
    {
        WriteSamples();
        string[] lines = Run(libTorch: null);
        output.WriteLine(string.Join('\n', lines));
        Assert.DoesNotContain(lines, line => s_raw.Any(line.Contains));
        string[] said = [.. lines.Where(line => line.Contains("\tLibTorchException: ")).Select(line => line.Split('\t')[0])];
        Assert.Empty(s_needLibTorch.Except(said));
        Assert.All(lines.Where(line => line.Contains("LibTorchException")), line => Assert.Contains("libtorch was not found", line));
    }

    [Theory]
    [InlineData("Backbone.Load(")]
    [InlineData("FineTunedModel.Load(")]
    [InlineData("TensorMath.Hold(")]
    public void AnEntrance_ThatIsTheFirstToNeedLibTorch_LoadsIt(string entrance)
    {
        WriteSamples();
        Assert.EndsWith("\tdone", Assert.Single(Run(LibTorchFolder(), entrance)).TrimEnd('\r'));
    }

    // oneMKL ends a process that has no working folder, while it is loaded.
    [Fact]
    public void ALostWorkingFolder_EndsNoProcess()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux deletes a folder that is in use");
        Assert.Contains("the working folder is (it was deleted)", Assert.Single(Run(LibTorchFolder(), "Backbone.Load(", "gone")));
        WriteSamples();
        Assert.EndsWith("\tdone", Assert.Single(Run(LibTorchFolder(), "FineTunedModel.Load(", "gone")));
        Assert.EndsWith("\tdone", Assert.Single(Run(LibTorchFolder(), "LongTailFineTuner.Fit(", "gone")));
    }

    private static string LibTorchFolder()
    {
        string file =
            OperatingSystem.IsWindows() ? "torch_cpu.dll"
            : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib"
            : "libtorch_cpu.so";
        return NativeDirectories.Find(NativeDirectories.All(), file)!;
    }

    private void WriteSamples()
    {
        using Backbone backbone = TestWorld.CreateBackbone();
        backbone.Save(_folder["backbone"]);
        using FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(_folder["backbone"])
            .UseLinearClassifier()
            .AddLora(new LoraOptions { Alpha = 1 })
            .UseEpochs(1)
            .UseDevice("cpu")
            .Build()
            .Fit(TestWorld.Dataset(2, 2, 2));
        model.Save(_folder["model"]);
        PeftExport.Save(model, _folder["peft"]);
        ReferenceCheckpoint.Save(_folder["checkpoint.pth.tar"], model.Backbone, model.Classifier);
        _folder.Write("image.png", TestWorld.Png(0));
    }

    private string[] Run(string? libTorch, params string[] arguments)
    {
        string program = AppContext.BaseDirectory.Replace("LiftPlus.Tests", "LiftPlus.Entrances", StringComparison.Ordinal),
            empty = Directory.CreateDirectory(_folder["empty"]).FullName;
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(program, "LiftPlus.Entrances.dll"), _folder.Path, .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string variable in new[] { "NUGET_PACKAGES", "HOME", "USERPROFILE" })
            start.Environment[variable] = empty;
        start.Environment[NativeDirectories.Variable] = libTorch;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join('\n', lines)}\n{errors.Result}");
        return lines;
    }
}
