using System.Diagnostics;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Models;

/// <summary>Folders in which one file is a FIFO, which would wait for a writer for ever.</summary>
public sealed class FifoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("recipe.json")]
    [InlineData("adapter.safetensors")]
    public Task AModelFolderWithOneIsRefused(string file) =>
        RefuseAsync(
            file,
            folder =>
            {
                using FineTunedModel model = Train();
                model.Save(folder);
            },
            folder => FineTunedModel.Load(folder, new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone }).Dispose()
        );

    [Theory]
    [InlineData("adapter_config.json")]
    [InlineData("adapter_model.safetensors")]
    public Task AFolderOfPeftWithOneIsRefused(string file) =>
        RefuseAsync(
            file,
            folder =>
            {
                using FineTunedModel model = Train();
                HuggingFacePeft.Save(model.Backbone, folder);
            },
            folder =>
            {
                using Backbone backbone = TestWorld.CreateBackbone();
                HuggingFacePeft.Load(folder, backbone);
            }
        );

    [Theory]
    [InlineData("config.json")]
    [InlineData("preprocessor_config.json")]
    [InlineData("model.safetensors")]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public Task ABackboneWithOneIsRefused(string file) =>
        RefuseAsync(
            file,
            folder =>
            {
                Directory.CreateDirectory(folder);
                foreach (string asset in Directory.GetFiles(Repository.PathOf("samples", "assets", "tiny-clip")))
                    File.Copy(asset, Path.Combine(folder, Path.GetFileName(asset)));
            },
            folder => Backbone.Load(folder).Dispose()
        );

    private static FineTunedModel Train() =>
        TestWorld.Builder().UseEpochs(1).AddPeft(new LoraOptions { Rank = 2 }).Build().Fit(TestWorld.Dataset(3, 2, 2));

    private async Task RefuseAsync(string file, Action<string> write, Action<string> load)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string folder = _folder["folder"],
            fifo = Path.Combine(folder, file);
        write(folder);
        load(folder);
        File.Delete(fifo);
        using (Process made = Process.Start("mkfifo", fifo))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        LiftPlusException refused = await Assert.ThrowsAnyAsync<LiftPlusException>(() =>
            Task.Run(() => load(folder)).WaitAsync(TimeSpan.FromSeconds(60))
        );
        Assert.Contains("FIFO", refused.Message);
    }
}
