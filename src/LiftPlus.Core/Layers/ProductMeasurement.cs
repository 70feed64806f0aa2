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
    private const int Rounds = 7;

    // Two equal products differ by up to a tenth through noise. A processor whose matrix product is as good must keep it.
    private const double NeededGain = 1.15;

    // The tokens of one image of a ViT-B/32 and of a ViT-B/16, and of four of those.
    private static readonly int[] s_rows = [50, 197, 788];

    private static readonly Lazy<LinearProducts> s_measured = new(Measure);
    private static readonly Lazy<PackedProduct?> s_packed = new(MeasurePacked);

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
            // With one thread libtorch computes this 1×1 convolution without oneDNN, and it is not faster.
            _ => width < LinearProducts.Linear.LeastWidth || get_num_threads() < 2 ? LinearProducts.Linear : s_measured.Value,
        };

    /// <summary>
    /// Gets the faster product with packed weights: MKL's, unless oneDNN's clearly gains. Null if libtorch has neither. The first call
    /// measures.
    /// </summary>
    public static PackedProduct? Packed => s_packed.Value;

    /// <summary>
    /// Decides by the times of both forms, which are in order of their rows. Reordering the weight takes as long for few rows as for many,
    /// so the convolution is taken from a number of rows on: the smallest one with which, and with all larger ones, it gains enough.
    /// </summary>
    public static LinearProducts Decide(IReadOnlyList<ProductTimes> forward, IReadOnlyList<ProductTimes> gradient) =>
        new()
        {
            ForwardFrom = From(forward),
            GradientFrom = From(gradient),
            Measured =
                $"convolution over matrix product: {Describe(forward)} forward, {Describe(gradient)} backward, "
                + $"{get_num_threads()} threads, libtorch {__version__}",
        };

    private static int? From(IReadOnlyList<ProductTimes> times) =>
        times.Reverse().TakeWhile(of => of.Gain >= NeededGain).LastOrDefault()?.Rows;

    private static string Describe(IEnumerable<ProductTimes> times) =>
        string.Join(", ", times.Select(of => string.Create(CultureInfo.InvariantCulture, $"{of.Gain:F2} ({of.Rows} rows)")));

    private static LinearProducts Measure()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using var random = new Generator(0); // leaves the run's random numbers as they are
        Tensor weight = randn([Width, Width], generator: random);
        Tensor transposed = weight.t();
        return Decide([.. s_rows.Select(rows => Time(rows, weight, random))], [.. s_rows.Select(rows => Time(rows, transposed, random))]);
    }

    private static ProductTimes Time(int rows, Tensor weight, Generator random)
    {
        using Tensor x = randn([rows, Width], generator: random);
        return Time(
            rows,
            () => nn.functional.linear(x, weight).Dispose(),
            () => ConvolvedProduct.Convolve(x, weight, bias: null).Dispose()
        );
    }

    // Measures both in turn, so that a slow moment of the machine meets both.
    private static ProductTimes Time(int rows, Action present, Action other)
    {
        List<double> ofPresent = [];
        List<double> ofOther = [];
        for (int round = 0; round <= Rounds; round++)
        {
            double first = Seconds(present);
            double second = Seconds(other);
            if (round == 0) // the first call compiles its kernel
                continue;
            ofPresent.Add(first);
            ofOther.Add(second);
        }

        return new ProductTimes(rows, ofPresent, ofOther);
    }

    private static PackedProduct? MeasurePacked()
    {
        if (PackedProduct.Mkl is not PackedProduct mkl || PackedProduct.OneDnn is not PackedProduct oneDnn)
            return PackedProduct.Mkl ?? PackedProduct.OneDnn;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using var random = new Generator(0);
        int rows = s_rows[1];
        Tensor weight = randn([Width, Width], generator: random);
        Tensor x = randn([rows, Width], generator: random);
        Action Product(PackedProduct product)
        {
            Tensor packed = product.Pack(weight, rows);
            return () => product.Apply(x, packed, weight, bias: null).Dispose();
        }

        return Time(rows, Product(mkl), Product(oneDnn)).Gain >= NeededGain ? oneDnn : mkl;
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
