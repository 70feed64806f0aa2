namespace LiftPlus.Cli.Tests;

[Collection(nameof(ToolFixture))]
public sealed class RecipeTests(ToolFixture fixture)
{
    [Fact]
    public async Task SettingsPresetsAndOptionsMakeTheRecipe()
    {
        string file = fixture["recipe.json"];
        File.WriteAllText(file, """{ "Preset": "LinearProbe", "Training": { "LearningRate": 0.5, "Seed": 3 } }""");
        ToolRun run = await ToolRun.RunAsync(
            fixture.TrainArguments(
                "recipe",
                "--recipe",
                file,
                "--set",
                "Training.Optimizer.Momentum=0.8",
                "--seed",
                "4",
                "--tte",
                "--time-limit",
                "1h"
            )
        );
        Assert.True(run.Code == 0, run.Messages);
        using FineTunedModel model = FineTunedModel.Load(fixture["recipe"]);
        Assert.Empty(model.Recipe.Peft);
        Assert.Equal(0.5, model.Recipe.Training.LearningRate);
        Assert.Equal(4, model.Recipe.Training.Seed);
        Assert.Equal(new SgdOptions { Momentum = 0.8 }, model.Recipe.Training.Optimizer);
        Assert.True(model.Recipe.Inference.TestTimeEnsemble);
        Assert.Equal(TimeSpan.FromHours(1), model.Recipe.Training.TimeLimit);
    }

    [Fact]
    public async Task TheRecipeOfAModel_TrainsAnother()
    {
        ToolRun run = await ToolRun.RunAsync(
            "train",
            "--recipe",
            Path.Combine(fixture.Model, "recipe.json"),
            "--train",
            fixture.Train,
            "--output",
            fixture["again"]
        );
        Assert.True(run.Code == 0, run.Messages);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(fixture.Model, "adapter.safetensors")),
            File.ReadAllBytes(Path.Combine(fixture["again"], "adapter.safetensors"))
        );
    }

    [Fact]
    public async Task ARecipeFileWithAnError_IsNamedWithItsLine()
    {
        File.WriteAllText(fixture["wrong.json"], "{\n  \"Training\": { \"Epoch\": 3 }\n}");
        ToolRun run = await ToolRun.RunAsync(fixture.TrainArguments("wrong", "--recipe", fixture["wrong.json"]));
        Assert.Equal(1, run.Code);
        Assert.StartsWith($"{fixture["wrong.json"]}: the recipe (line 2", run.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--preset", "Best", "There is no preset named 'Best'")]
    [InlineData("--set", "Training.Epoch=3", "--set Training.Epoch=3: 'Epoch' is unknown; found: Epochs")]
    [InlineData("--set", "Peft.7.Rank=3", "--set Peft.7.Rank=3: '7' is unknown")]
    [InlineData("--set", "Training.Epochs=many", "--set Training.Epochs=many: the recipe")]
    [InlineData("--set", "Loss", "--set Loss has no value")]
    [InlineData("--epochs", "0", "Training.Epochs")]
    [InlineData("--validation", "1.5", "Validation.Share")]
    [InlineData("--validation", "nowhere", "There is no file or folder 'nowhere'")]
    [InlineData("--test", "nowhere", "There is no file or folder 'nowhere'")]
    [InlineData("--recipe", "nowhere.json", "nowhere.json")]
    [InlineData("--device", "abacus", "abacus")]
    public async Task ABadInput_IsNamed(string option, string value, string message)
    {
        ToolRun run = await ToolRun.RunAsync(
            "train",
            "--backbone",
            ToolFixture.Backbone,
            "--train",
            fixture.Train,
            "--output",
            fixture["bad"],
            option,
            value
        );
        Assert.Equal(1, run.Code);
        Assert.Empty(run.Output);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
    }
}
