using System.Text.Json;

namespace LiftPlus.Cli.Tests;

[Collection(nameof(ToolFixture))]
public sealed class ExportTests(ToolFixture fixture)
{
    [Theory]
    [InlineData("Merged", "BitFit", "classifier.safetensors")]
    [InlineData("Peft", "Lora", "adapter_config.json")]
    [InlineData("Reference", "AdaptFormer", "checkpoint.pth.tar")]
    [InlineData("Onnx", "AdaptFormer", "model.onnx")]
    public async Task EveryFormatIsWritten(string format, string method, string file)
    {
        string peft = method switch
        {
            "BitFit" => "[{\"Type\":\"bitfit\"}]",
            "Lora" => "[{\"Type\":\"lora\"}]",
            _ => "[{\"Type\":\"adaptformer\"}]",
        };
        ToolRun train = await ToolRun.RunAsync(fixture.TrainArguments(method, "--set", $"Peft={peft}"));
        Assert.True(train.Code == 0, train.Messages);
        string folder = fixture[$"export-{format}"];
        ToolRun run = await ToolRun.RunAsync("export", fixture[method], folder, "--format", format, "--json");
        Assert.True(run.Code == 0, run.Messages);
        Assert.True(File.Exists(Path.Combine(folder, file)));
        Assert.Equal(folder, JsonDocument.Parse(run.Output).RootElement.GetProperty("folder").GetString());

        ToolRun again = await ToolRun.RunAsync("export", fixture[method], folder, "--format", format);
        Assert.Equal(1, again.Code);
        Assert.Contains("is not empty", again.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMethodThatCannotBeExported_IsNamed()
    {
        ToolRun run = await ToolRun.RunAsync("export", fixture.Model, fixture["impossible"]);
        Assert.Equal(1, run.Code);
        Assert.Contains("AdaptFormer", run.Messages, StringComparison.OrdinalIgnoreCase);
        Assert.False(Directory.Exists(fixture["impossible"]));
    }
}
