using System.Text.Json;

namespace LiftPlus.Cli.Tests;

[Collection(nameof(ToolFixture))]
public sealed class TrainTests(ToolFixture fixture)
{
    [Fact]
    public async Task AModelIsTrainedSavedAndTested()
    {
        string page = fixture["train.html"];
        ToolRun run = await ToolRun.RunAsync(
            fixture.TrainArguments("tested", "--test", fixture.Test, "--validation", "0.2", "--report", page, "--precision", "Float32")
        );
        Assert.True(run.Code == 0, run.Messages);
        Assert.Contains($"The model is in {fixture["tested"]}.", run.Output, StringComparison.Ordinal);
        Assert.Contains("| 6 images |", run.Output, StringComparison.Ordinal);
        Assert.Contains("15 training images of 3 classes, imbalance ratio 1", run.Messages, StringComparison.Ordinal);
        Assert.Contains("Validation 1/1: overall", run.Messages, StringComparison.Ordinal);
        Assert.Contains("Training: 100 %, epoch 1/1", run.Messages, StringComparison.Ordinal);
        Assert.Contains("Evaluating: 100 %", run.Messages, StringComparison.Ordinal);
        Assert.Contains("<svg", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetDirectoryName(page)!, File.ReadAllText(page), StringComparison.Ordinal);
        using FineTunedModel model = FineTunedModel.Load(fixture["tested"]);
        Assert.Equal(ToolFixture.ClassNames, model.ClassNames);
    }

    [Fact]
    public async Task TheResultIsOneJsonObject()
    {
        ToolRun run = await ToolRun.RunAsync(
            fixture.TrainArguments("json", "--test", fixture.Test, "--validation", fixture.Test, "--json")
        );
        JsonElement result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(fixture["json"], result.GetProperty("model").GetString());
        Assert.Equal(15, result.GetProperty("images").GetInt32());
        Assert.Equal(3, result.GetProperty("classes").GetInt32());
        Assert.Equal(6, result.GetProperty("validation")[0].GetProperty("images").GetInt32());
        Assert.Equal(6, result.GetProperty("test").GetProperty("images").GetInt32());
        Assert.True(result.GetProperty("trainedParameters").GetInt64() < result.GetProperty("parameters").GetInt64());
        Assert.True(result.GetProperty("trainingSeconds").GetDouble() > 0);
    }

    [Fact]
    public async Task AStoppedRun_ContinuesFromItsCheckpoints()
    {
        string checkpoints = fixture["checkpoints"];
        string[] arguments = fixture.TrainArguments("stopped", "--checkpoints", checkpoints);
        ToolRun stopped = await ToolRun.RunAsync(arguments, stopAt: "Training: 33 %");
        Assert.Equal(2, stopped.Code);
        Assert.Contains($"Run the same command again to continue from the checkpoints in {checkpoints}.", stopped.Messages);
        Assert.False(Directory.Exists(fixture["stopped"]));
        ToolRun resumed = await ToolRun.RunAsync(arguments);
        Assert.Equal(0, resumed.Code);
        Assert.DoesNotContain("Training: 33 %", resumed.Messages, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(fixture.Model, "adapter.safetensors")),
            File.ReadAllBytes(Path.Combine(fixture["stopped"], "adapter.safetensors"))
        );
    }

    [Fact]
    public async Task AStoppedRunWithoutCheckpoints_SaysWhatIsLost()
    {
        ToolRun run = await ToolRun.RunAsync(fixture.TrainArguments("lost"), stopAt: "Training: 33 %");
        Assert.Equal(2, run.Code);
        Assert.Empty(run.Output);
        Assert.Contains("nothing is saved. With --checkpoints FOLDER", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AListOfNumbersTakesTheNamesOfItsClasses()
    {
        string names = fixture["names.txt"],
            list = fixture["list.txt"];
        File.WriteAllLines(names, ToolFixture.ClassNames);
        File.WriteAllLines(list, ToolFixture.ClassNames.Select((name, label) => $"{name}/0.png {label}"));
        ToolRun run = await ToolRun.RunAsync(
            "train",
            "--backbone",
            ToolFixture.Backbone,
            "--train",
            list,
            "--test",
            list,
            "--root",
            fixture.Train,
            "--classes",
            names,
            "--epochs",
            "1",
            "--output",
            fixture["list"]
        );
        Assert.True(run.Code == 0, run.Messages);
        using FineTunedModel model = FineTunedModel.Load(fixture["list"]);
        Assert.Equal(ToolFixture.ClassNames, model.ClassNames);
    }

    [Fact]
    public async Task WhatADatasetPassesOver_IsSaid()
    {
        string place = Directory.CreateDirectory(Path.Combine(fixture["remarks"], "owl")).Parent!.FullName;
        File.Copy(Path.Combine(fixture.Train, ToolFixture.ClassNames[0], "0.png"), Path.Combine(place, "owl", "0.png"));
        File.WriteAllText(Path.Combine(place, "owl", "0.tif"), "");
        ToolRun run = await ToolRun.RunAsync("train", "--backbone", "no-backbone/", "--train", place, "--output", fixture["remarked"]);
        Assert.Equal(1, run.Code);
        Assert.Contains(".tif 1", run.Messages, StringComparison.Ordinal);
        Assert.Contains("no-backbone", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderWithOtherFiles_IsRefusedBeforeTheTraining()
    {
        Directory.CreateDirectory(fixture["occupied"]);
        File.WriteAllText(Path.Combine(fixture["occupied"], "notes.txt"), "");
        ToolRun run = await ToolRun.RunAsync(fixture.TrainArguments("occupied"));
        Assert.Equal(1, run.Code);
        Assert.Contains("exists and holds no model: choose a new folder with --output.", run.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain("Training", run.Messages, StringComparison.Ordinal);
    }
}
