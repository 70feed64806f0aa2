using LiftPlus.Peft;
using LiftPlus.Samples.OwnModule;
using LiftPlus.Sites;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Samples.Tests;

public sealed class OwnModuleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheSamplesModuleKeepsToEachTokenAsItSays()
    {
        using DisposeScope scope = NewDisposeScope();
        using var random = new Generator(1);
        Adapter module = new GatedLoraOptions().CreateAdapter(
            new AdapterContext
            {
                Site = AdapterSites.Query,
                Layer = 0,
                Layers = [0],
                InputWidth = 8,
                OutputWidth = 6,
                ClassCount = 3,
                Random = random,
            }
        );
        using (no_grad())
        {
            foreach (Tensor parameter in module.parameters())
                parameter.normal_(0, 1, random);
        }

        Tensor x = randn([2, 5, 8], generator: random);
        Tensor y = randn([2, 5, 6], generator: random);
        Tensor whole = module.forward(x, y);
        Tensor alone = module.forward(x.narrow(1, 0, 1), y.narrow(1, 0, 1));
        Assert.True(module.IsTokenwise);
        Assert.True(whole.narrow(1, 0, 1).allclose(alone, 1e-5, 1e-6));
        Assert.False(whole.allclose(y)); // the module has an effect
    }

    [Fact]
    public void TheSamplesMethodTrainsAndComesBackFromItsFolder()
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
                using Tensor up = file.Read(name); // starts at zero
                Assert.True(up.abs().max().item<float>() > 0, name);
            }
        }

        Assert.Contains("\"Type\": \"gated-lora\"", File.ReadAllText(Path.Combine(model, "recipe.json")));
        // The type is unknown without the registry.
        Assert.Contains("known types", Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(model)).Message);
    }
}
