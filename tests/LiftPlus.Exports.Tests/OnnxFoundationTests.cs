using LiftPlus.Data;
using LiftPlus.Experiments.PaperClaims;
using LiftPlus.TestSupport;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>Compares the backbone that an experiment reads from a package with the package's network in ONNX Runtime.</summary>
public sealed class OnnxFoundationTests(ITestOutputHelper output) : IDisposable
{
    private const int Side = 224;
    private const double LargestByte = 255;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheBackboneOfThePackageGivesItsFeatures()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        ResNet18.Write(ResNet18.PackageFile, _folder["backbone"]);
        using Backbone backbone = Backbone.Load(_folder["backbone"]);
        backbone.eval();
        using InferenceSession session = OnnxModel.Open(ResNet18.PackageFile);
        using var random = new Generator(2);
        double largest = 0;
        for (int image = 0; image < 4; image++)
        {
            Tensor pixels = Pixels(image, random), // minus the mean, red first
                expected = Run(session, pixels.flip(1)),
                found = backbone.EncodeImage(pixels);
            Assert.Equal([1, 512], found.shape);
            double difference = TensorMath.Subtract(expected, found).abs().max().item<float>();
            largest = Math.Max(largest, difference / expected.abs().max().item<float>());
        }

        output.WriteLine($"The features differ by at most {largest:0.0e0} of the largest.");
        Assert.InRange(largest, 0, 2e-5);
    }

    // Coarse noise, as of a photograph, minus a mean of 0.45.
    private static Tensor Pixels(int image, Generator random)
    {
        Tensor coarse = rand([1, 3, 7 + image, 7 + image], generator: random);
        Tensor smooth = nn.functional.interpolate(coarse, size: [Side, Side], mode: InterpolationMode.Bilinear, align_corners: false);
        return TensorMath.Scale(TensorMath.Subtract(smooth, tensor(0.45f)), LargestByte);
    }

    private static Tensor Run(InferenceSession session, Tensor pixels)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(pixels.contiguous().data<float>().ToArray(), pixels.shape);
        using RunOptions run = new();
        string input = session.InputMetadata.Keys.Single(),
            features = session.OutputMetadata.Keys.Single();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, [input], [value], [features]);
        return tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray()).view(1, -1);
    }
}
