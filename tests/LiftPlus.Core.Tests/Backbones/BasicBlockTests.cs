using LiftPlus.Backbones;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones;

/// <summary>Compares ResNets of basic blocks, read with timm's and torchvision's names, with the formulas of the paper.</summary>
public sealed class BasicBlockTests : IDisposable
{
    private static readonly Scalar s_eps = TensorMath.Hold(1e-5);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(6, 6, 2, 2, 2, 3)]
    [InlineData(6, 6, 1, 1, 1, 1)]
    [InlineData(8, 6, 3, 4, 6, 3)] // the first stage needs a shortcut
    [InlineData(64, 64, 2, 2, 2, 2)]
    public void TheFeaturesAreThoseOfTheFormulas(int stem, int width, params int[] depths)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Dictionary<string, Tensor> file = Create(stem, width, depths);
        Write(file);
        using Backbone backbone = Backbone.Load(_folder["resnet.safetensors"], new BackboneLoadOptions { ImageSize = 64 });
        backbone.eval();
        var image = (ResNetConfig)backbone.Config.Image;
        Assert.Equal(
            (ResNetBlock.Basic, stem, width, new ResNetDepths(depths[0], depths[1], depths[2], depths[3]), 8 * width),
            (image.Block, image.StemWidth, image.Width, image.Depths, image.FeatureDimension)
        );
        Tensor images = randn([2, 3, 64, 64], generator: new Generator(3)),
            expected = Features(file, images, depths),
            found = backbone.EncodeImage(images);
        Assert.Equal(expected.shape, found.shape);
        Assert.InRange(TensorMath.Subtract(expected, found).abs().max().item<float>() / expected.abs().max().item<float>(), 0, 1e-5);
    }

    [Theory]
    [InlineData("resnet18", true)]
    [InlineData("resnet34.a1_in1k", true)]
    [InlineData("resnetaa34d", false)]
    public void TheArchitectureOfADescriptionIsCompared(string architecture, bool isRead)
    {
        using DisposeScope scope = NewDisposeScope();
        Write(Create(4, 4, [1, 1, 1, 1]));
        _folder.Write("config.json", $$"""{"architecture":"{{architecture}}","global_pool":"avg"}""");
        if (isRead)
        {
            using Backbone backbone = Backbone.Load(_folder.Path);
            Assert.Equal(32, backbone.Image.FeatureDimension);
        }
        else
        {
            Assert.Contains(architecture, Assert.Throws<LiftPlusException>(() => Backbone.Load(_folder.Path)).Message);
        }
    }

    [Fact]
    public void ABlockOfTheOtherKindAmongThemIsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> file = Create(4, 4, [2, 1, 1, 1]);
        Convolution(file, "layer1.1.conv3", "layer1.1.bn3", 4, 4, 1);
        Write(file);
        WeightMismatchException e = Refused();
        Assert.Equal(6, e.Unexpected.Length);
        Assert.All(e.Unexpected, name => Assert.StartsWith("layer1.1.", name));
    }

    [Fact]
    public void ABasicBlockAmongBottlenecksIsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> file = Create(4, 4, [1, 1, 1, 1]);
        Convolution(file, "layer4.0.conv3", "layer4.0.bn3", 32, 128, 1);
        Write(file);
        WeightMismatchException e = Refused();
        Assert.Contains("layer1.0.conv3.weight", e.Missing);
        Assert.Contains("layer3.0.conv3.weight", e.Missing);
        Assert.Contains("layer1.0.conv1.weight", e.Wrong.Select(wrong => wrong.Name)); // 3x3
    }

    [Fact]
    public void AMissingStageIsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> file = Create(4, 4, [1, 1, 1, 1]);
        foreach (string name in file.Keys.Where(name => name.StartsWith("layer3.", StringComparison.Ordinal)).ToArray())
            file.Remove(name);
        Write(file);
        string message = Assert.Throws<WeightFileException>(() => Backbone.Load(_folder["resnet.safetensors"])).Message;
        Assert.Contains("layer3.0.conv1.weight", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongNumbersOfChannelsAreAllNamed()
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> file = Create(4, 4, [1, 2, 1, 1]);
        file["layer2.0.conv2.weight"] = zeros(8, 7, 3, 3);
        file["layer2.1.bn2.running_var"] = zeros(9);
        file["layer4.0.downsample.0.weight"] = zeros(32, 16, 3, 3);
        file.Remove("layer3.0.bn1.bias");
        Write(file);
        WeightMismatchException e = Refused();
        Assert.Equal(
            ["layer2.0.conv2.weight", "layer2.1.bn2.running_var", "layer4.0.downsample.0.weight"],
            e.Wrong.Select(wrong => wrong.Name).Order()
        );
        Assert.Equal(["layer3.0.bn1.bias"], e.Missing);
    }

    private WeightMismatchException Refused() => Assert.Throws<WeightMismatchException>(() => Backbone.Load(_folder["resnet.safetensors"]));

    private void Write(Dictionary<string, Tensor> file) => Safetensors.Write(_folder["resnet.safetensors"], file);

    // The tensors of torchvision's ResNet of this shape, in random values, its classifier included.
    private static Dictionary<string, Tensor> Create(int stem, int width, int[] depths)
    {
        Dictionary<string, Tensor> file = [];
        Convolution(file, "conv1", "bn1", 3, stem, 7);
        int channels = stem;
        for (int stage = 0; stage < 4; stage++)
        {
            int planes = width << stage;
            for (int n = 0; n < depths[stage]; n++, channels = planes)
            {
                string block = $"layer{stage + 1}.{n}.";
                Convolution(file, block + "conv1", block + "bn1", channels, planes, 3);
                Convolution(file, block + "conv2", block + "bn2", planes, planes, 3);
                if (n == 0 && (stage > 0 || channels != planes))
                    Convolution(file, block + "downsample.0", block + "downsample.1", channels, planes, 1);
            }
        }

        file["fc.weight"] = zeros(10, channels);
        file["fc.bias"] = zeros(10);
        return file;
    }

    private static void Convolution(Dictionary<string, Tensor> file, string name, string normalization, long input, long output, long size)
    {
        using var random = new Generator((ulong)(17 + file.Count));
        file[name + ".weight"] = empty(output, input, size, size).normal_(0, 1 / Math.Sqrt(input * size * size), random);
        file[normalization + ".weight"] = empty(output).uniform_(0.5, 1.5, random);
        file[normalization + ".bias"] = empty(output).normal_(0, 0.2, random);
        file[normalization + ".running_mean"] = empty(output).normal_(0, 0.3, random);
        file[normalization + ".running_var"] = empty(output).uniform_(0.5, 2, random);
        file[normalization + ".num_batches_tracked"] = tensor(7L);
    }

    private static Tensor Features(Dictionary<string, Tensor> file, Tensor images, int[] depths)
    {
        Tensor x = Normalized(file, "bn1", nn.functional.conv2d(images, file["conv1.weight"], strides: [2, 2], padding: [3, 3])).relu();
        x = nn.functional.max_pool2d(x, 3, 2, 1);
        for (int stage = 0; stage < 4; stage++)
        {
            for (int n = 0; n < depths[stage]; n++)
            {
                string block = $"layer{stage + 1}.{n}.";
                long stride = n == 0 && stage > 0 ? 2 : 1;
                Tensor y = Convolved(block + "conv1", x, stride, 1);
                y = Normalized(file, block + "bn1", y).relu();
                y = Normalized(file, block + "bn2", Convolved(block + "conv2", y, 1, 1));
                bool isSame = !file.ContainsKey(block + "downsample.0.weight");
                x = TensorMath
                    .Add(isSame ? x : Normalized(file, block + "downsample.1", Convolved(block + "downsample.0", x, stride, 0)), y)
                    .relu();
            }
        }

        return x.mean([2, 3]);

        Tensor Convolved(string name, Tensor x, long stride, long padding) =>
            nn.functional.conv2d(x, file[name + ".weight"], strides: [stride, stride], padding: [padding, padding]);
    }

    // γ (x - μ) / √(σ² + ε) + β
    private static Tensor Normalized(Dictionary<string, Tensor> file, string name, Tensor x)
    {
        Tensor Column(string part) => file[$"{name}.{part}"].view(1, -1, 1, 1);
        Tensor deviation = Column("running_var").add(s_eps).sqrt();
        return TensorMath.Add(TensorMath.Subtract(x, Column("running_mean")).div(deviation).mul(Column("weight")), Column("bias"));
    }
}
