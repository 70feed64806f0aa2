using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Layers;
using LiftPlus.Native;
using LiftPlus.Peft;
using LiftPlus.Sites;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Where a step's time goes: each kind of layer alone on the shapes of a ViT-B/16 at 8 images, times how often it comes, beside a whole
/// step. The first block's input needs no gradient, and the last block computes one token behind its keys and values; so layers are
/// counted as they are computed.
/// </summary>
internal static class LayerBenchmark
{
    private const long Width = 768;
    private const long Tokens = 197;
    private const long Heads = 12;
    private const int Rounds = 7;
    private const int Depth = 12;

    public static JsonObject Run(CancellationToken cancellationToken)
    {
        NativeHeap.KeepFreedMemory(); // as training does
        using DisposeScope scope = NewDisposeScope();
        LinearProducts chosen = ProductMeasurement.Choose(LinearProduct.Auto, CPU, Width);
        using IDisposable products = LinearProducts.Use(() => chosen);
        JsonObject layers = [];
        double forward = 0;
        double training = 0;
        foreach ((string name, double count, Layer layer) in Layers())
        {
            cancellationToken.ThrowIfCancellationRequested();
            (double f, double t) = (count * Best(layer.Infer), count * Best(layer.Train));
            layers[name] = new JsonObject
            {
                ["count"] = count,
                ["forwardMilliseconds"] = Milliseconds(f),
                ["stepMilliseconds"] = Milliseconds(t),
            };
            forward += f;
            training += t;
        }

        using var step = new VitStep(float32);
        step.Train();
        double wholeForward = Best(() => step.Infer());
        double wholeStep = Best(step.Train);
        return new JsonObject
        {
            ["linearProduct"] = chosen.Measured,
            ["layers"] = layers,
            ["sumForwardMilliseconds"] = Milliseconds(forward),
            ["sumStepMilliseconds"] = Milliseconds(training),
            ["forwardMilliseconds"] = Milliseconds(wholeForward),
            ["stepMilliseconds"] = Milliseconds(wholeStep),
        };
    }

    private static double Milliseconds(double seconds) => Math.Round(1e3 * seconds, 1);

    private static IEnumerable<(string Name, double Count, Layer Layer)> Layers()
    {
        const double all = Depth - 1; // the last block's share is below one layer's
        long B = VitStep.BatchSize;
        Tensor Random(params long[] shape) => rand(shape);
        Layer Product(long inner, long outer)
        {
            (Tensor w, Tensor b) = (Random(outer, inner), Random(outer));
            return new Layer(x => LinearProducts.Apply(x, w, b), B, Tokens, inner);
        }

        (Tensor scale, Tensor shift) = (Random(Width), Random(Width));
        Tensor images = Random(B, 3, 224, 224);
        Tensor patch = Random(Width, 3, 16, 16);
        Tensor other = Random(B, Tokens, Width);
        using var random = new Generator(0);
        Adapter adapter = new AdaptFormerOptions().CreateAdapter(
            new AdapterContext
            {
                Site = AdapterSites.MlpBranch,
                Layer = 0,
                Layers = [.. Enumerable.Range(0, Depth)],
                InputWidth = Width,
                OutputWidth = Width,
                ClassCount = VitStep.ClassCount,
                Random = random,
            }
        );
        yield return ("patch projection", 1, new Layer(_ => nn.functional.conv2d(images, patch, strides: [16, 16]), 1));
        yield return ("LayerNorm", 2 * all + 3, new Layer(x => nn.functional.layer_norm(x, [Width], scale, shift, 1e-5), B, Tokens, Width));
        yield return ("qkv", all + 2.0 / 3, Product(Width, 3 * Width));
        yield return (
            "attention",
            all,
            new Layer(
                x =>
                {
                    Tensor[] parts = [.. x.chunk(3, -1).Select(part => part.view(B, -1, Heads, Width / Heads).transpose(1, 2))];
                    return nn
                        .functional.scaled_dot_product_attention(parts[0], parts[1], parts[2])
                        .transpose(1, 2)
                        .reshape(B, Tokens, Width);
                },
                B,
                Tokens,
                3 * Width
            )
        );
        yield return ("attention's output", all, Product(Width, Width));
        yield return ("fc1", all, Product(Width, 4 * Width));
        yield return ("QuickGELU", all, new Layer(x => nn.functional.silu(x), B, Tokens, 4 * Width));
        yield return ("fc2", all, Product(4 * Width, Width));
        yield return ("residual additions", 2 * all, new Layer(x => TensorMath.Add(x, other), B, Tokens, Width));
        yield return ("adapter with its LayerNorm and addition", all, new Layer(x => adapter.forward(x, other), B, Tokens, Width));
    }

    private static double Best(Action action)
    {
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private sealed class Layer
    {
        private readonly Func<Tensor, Tensor> _compute;
        private readonly Tensor _x;
        private readonly Tensor _gradient;

        public Layer(Func<Tensor, Tensor> compute, params long[] shape)
        {
            (_compute, _x) = (compute, rand(shape));
            using IDisposable noGrad = no_grad();
            _gradient = rand_like(compute(_x));
        }

        public void Infer()
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            _compute(_x);
        }

        public void Train()
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor y = _compute(_x.detach().requires_grad_());
            if (y.requires_grad)
                y.backward([_gradient]);
        }
    }
}
