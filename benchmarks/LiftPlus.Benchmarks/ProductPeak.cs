using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// The most floating-point operations a second that any product of this libtorch reaches with the threads in use: matrix product, linear
/// layer and 1×1 convolution, on a square and on the shapes of a ViT-B/16. What a model is measured by: no fraction passes 1 by a slow
/// yardstick.
/// </summary>
internal sealed class ProductPeak : IDisposable
{
    private const int FirstRounds = 3;
    private const int LaterRounds = 5;
    private const int Kept = 3;
    private static readonly (int Rows, int Inner, int Outer)[] s_sizes =
    [
        (1536, 1536, 1536),
        (1576, 768, 768),
        (1576, 768, 2304),
        (1576, 768, 3072),
        (1576, 3072, 768),
    ];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<Product> _products = [];
    private List<Product> _best;

    public ProductPeak(ScalarType type)
    {
        foreach ((int rows, int inner, int outer) in s_sizes)
        {
            Tensor x = rand(rows, inner).to(type);
            Tensor w = rand(outer, inner).to(type);
            Tensor transposed = w.t().contiguous();
            double operations = 2.0 * rows * inner * outer;
            _products.Add(new("mm", (rows, inner, outer), operations, () => x.mm(transposed)));
            _products.Add(new("linear", (rows, inner, outer), operations, () => nn.functional.linear(x, w)));
            _products.Add(new("convolution", (rows, inner, outer), operations, () => ConvolvedProduct.Convolve(x, w, bias: null)));
        }

        foreach (Product product in _products)
            product.Measure(FirstRounds);
        _best = [.. _products.OrderByDescending(product => product.PerSecond).Take(Kept)];
    }

    /// <summary>Gets the highest rate so far.</summary>
    public double PerSecond => _best.Max(product => product.PerSecond);

    /// <summary>Measures the best ones again: a slow moment of the machine must not lower the peak.</summary>
    public void Again() => _best.ForEach(product => product.Measure(LaterRounds));

    /// <summary>The best rate of each form, and which product is the peak.</summary>
    public JsonObject ToJson()
    {
        Product best = _best.MaxBy(product => product.PerSecond)!;
        JsonObject json = new() { ["gigaflops"] = Math.Round(PerSecond / 1e9, 1), ["of"] = $"{best.Form} {best.Size}" };
        foreach (IGrouping<string, Product> form in _products.GroupBy(product => product.Form))
            json[form.Key] = Math.Round(form.Max(product => product.PerSecond) / 1e9, 1);
        return json;
    }

    public void Dispose() => _scope.Dispose();

    private sealed class Product(string form, (int, int, int) size, double operations, Func<Tensor> compute)
    {
        private double _seconds = double.MaxValue;

        public string Form { get; } = form;

        public string Size { get; } = size.ToString();

        public double PerSecond => operations / _seconds;

        public void Measure(int rounds)
        {
            using IDisposable noGrad = no_grad();
            for (int round = 0; round < rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                compute().Dispose();
                _seconds = Math.Min(_seconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
    }
}
