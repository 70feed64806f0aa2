using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Finds the faster form of linear products on this processor with the threads in use. The ratio depends on the number of rows and hardly
/// on the widths: both forms do the same multiplications, but the convolution first reorders the weight.
/// </summary>
internal static class ProductMeasurement
{
    private const int Width = 768;
    private const int RowsOfOne = 197; // the tokens of one image of a ViT-B/16, fewer than LinearProducts.ManyRows
    private const int RowsOfFour = 4 * RowsOfOne; // more than LinearProducts.ManyRows
    private const int Rounds = 5;

    // Two equal products differ by up to a tenth through noise. A processor whose matrix product is as good must keep it.
    private const double NeededGain = 1.15;

    private static readonly Lazy<LinearProducts> s_measured = new(Measure);

    /// <summary>Chooses the products of a model. The first call that needs a measurement makes it.</summary>
    /// <param name="choice">The user's choice.</param>
    /// <param name="device">The device that the model computes on.</param>
    /// <param name="width">The width of the model. Small models gain nothing, so nothing is measured for them.</param>
    public static LinearProducts Choose(LinearProduct choice, Device device, long width) =>
        choice switch
        {
            _ when device.type != DeviceType.CPU => LinearProducts.Linear,
            LinearProduct.Linear => LinearProducts.Linear,
            LinearProduct.Convolution => LinearProducts.Convolution,
            // With one thread libtorch computes a 1×1 convolution of few rows without oneDNN, and it is not faster.
            _ => width < LinearProducts.Linear.LeastWidth || get_num_threads() < 2 ? LinearProducts.Linear : s_measured.Value,
        };

    private static LinearProducts Measure()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using var random = new Generator(0); // leaves the run's random numbers as they are
        Tensor weight = randn([Width, Width], generator: random);
        (double few, double gradientOfFew) = Gains(weight, RowsOfOne, random);
        (double many, double gradientOfMany) = Gains(weight, RowsOfFour, random);
        return new LinearProducts
        {
            ForwardOfFew = few >= NeededGain,
            ForwardOfMany = many >= NeededGain,
            GradientOfFew = gradientOfFew >= NeededGain,
            GradientOfMany = gradientOfMany >= NeededGain,
            Measured = string.Create(
                CultureInfo.InvariantCulture,
                $"convolution over matrix product: {few:F2} and {many:F2} forward, {gradientOfFew:F2} and {gradientOfMany:F2} backward "
                    + $"({RowsOfOne} and {RowsOfFour} rows), {get_num_threads()} threads, libtorch {__version__}"
            ),
        };
    }

    private static (double Forward, double Gradient) Gains(Tensor weight, int rows, Generator random)
    {
        Tensor x = randn([rows, Width], generator: random);
        Tensor transposed = weight.t();
        return (Gain(weight), Gain(transposed));

        double Gain(Tensor w) =>
            Ratio(() => nn.functional.linear(x, w).Dispose(), () => ConvolvedProduct.Convolve(x, w, bias: null).Dispose());
    }

    // Measures both in turn, so that a slow moment of the machine meets both.
    private static double Ratio(Action linear, Action convolution)
    {
        List<double> ofLinear = [];
        List<double> ofConvolution = [];
        for (int round = 0; round <= Rounds; round++)
        {
            (double first, double second) = (Seconds(linear), Seconds(convolution));
            if (round == 0) // the first call compiles its kernel
                continue;
            ofLinear.Add(first);
            ofConvolution.Add(second);
        }

        return ofLinear.Order().ElementAt(Rounds / 2) / ofConvolution.Order().ElementAt(Rounds / 2);
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
