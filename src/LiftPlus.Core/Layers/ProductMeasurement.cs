using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Finds the faster form of linear products on this processor with the threads in use. The ratio depends on the number of rows, and
/// hardly on the widths: both forms do the same multiplications, and the convolution also brings the weight into an order of its own.
/// </summary>
internal static class ProductMeasurement
{
    private const int Width = 768;
    private const int FewRows = 197;
    private const int ManyRows = 788;
    private const int Rounds = 5;

    // Noise between two equal products reaches a tenth; a processor whose matrix product is as good must not lose.
    private const double NeededGain = 1.15;

    private static readonly Lazy<ProductForms> s_forms = new(Measure);

    /// <summary>Gets the forms for a model, measured at the first call that needs it.</summary>
    /// <param name="choice">The user's.</param>
    /// <param name="device">Where the model computes.</param>
    /// <param name="width">The width of the model; small ones gain nothing and cost no measurement.</param>
    public static ProductForms Choose(LinearProduct choice, Device device, long width) =>
        choice switch
        {
            _ when device.type != DeviceType.CPU => ProductForms.Linear,
            LinearProduct.Linear => ProductForms.Linear,
            LinearProduct.Convolution => ProductForms.Convolution,
            _ => width < ProductForms.Linear.LeastWidth || get_num_threads() < 2 ? ProductForms.Linear : s_forms.Value,
        };

    // With one thread libtorch computes a 1×1 convolution of few rows without oneDNN, and no faster.
    private static ProductForms Measure()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using var random = new Generator(0); // the run's own draws stay as they are
        Tensor weight = randn([Width, Width], generator: random);
        (double few, double gradientOfFew) = Gains(weight, FewRows, random);
        (double many, double gradientOfMany) = Gains(weight, ManyRows, random);
        return new ProductForms
        {
            ForwardOfFew = few >= NeededGain,
            ForwardOfMany = many >= NeededGain,
            GradientOfFew = gradientOfFew >= NeededGain,
            GradientOfMany = gradientOfMany >= NeededGain,
            Measured = string.Create(
                CultureInfo.InvariantCulture,
                $"convolution over matrix product: {few:F2} and {many:F2} forward, {gradientOfFew:F2} and {gradientOfMany:F2} backward "
                    + $"({FewRows} and {ManyRows} rows), {get_num_threads()} threads, libtorch {__version__}"
            ),
        };
    }

    private static (double Forward, double Gradient) Gains(Tensor weight, int rows, Generator random)
    {
        Tensor x = randn([rows, Width], generator: random);
        Tensor transposed = weight.t();
        return (Gain(weight), Gain(transposed));

        double Gain(Tensor w) =>
            Ratio(() => nn.functional.linear(x, w).Dispose(), () => LinearProducts.Convolve(x, w, bias: null).Dispose());
    }

    // In turn, so that a slower moment is both's.
    private static double Ratio(Action linear, Action convolution)
    {
        List<double> ofLinear = [];
        List<double> ofConvolution = [];
        for (int round = 0; round <= Rounds; round++)
        {
            (double first, double second) = (Seconds(linear), Seconds(convolution));
            if (round == 0) // the first call makes its kernel
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
