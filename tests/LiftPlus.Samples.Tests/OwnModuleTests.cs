using LiftPlus.Samples.OwnModule;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Samples.Tests;

public sealed class OwnModuleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_samples_method_trains_and_comes_back_from_its_folder()
    {
        string model = Path.Combine(_folder, "model");
        RoundTrip.Result result = RoundTrip.Run(model);
        Assert.Equal(0, result.LogitDifference);
        Assert.True(result.LastLoss < result.FirstLoss, $"{result}");
        using (Safetensors file = Safetensors.Open(Path.Combine(model, "adapter.safetensors")))
        {
            string[] moved = [.. file.Tensors.Keys.Where(name => name.EndsWith("gated-lora.up", StringComparison.Ordinal))];
            Assert.NotEmpty(moved);
            foreach (string name in moved)
            {
                using Tensor up = file.Read(name); // zero when it began
                Assert.True(up.abs().max().item<float>() > 0, name);
            }
        }

        Assert.Contains("\"Type\": \"gated-lora\"", File.ReadAllText(Path.Combine(model, "recipe.json")));
        Assert.Contains("known types", Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(model)).Message); // without being told of it
    }
}
