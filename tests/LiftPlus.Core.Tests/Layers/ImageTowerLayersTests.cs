using LiftPlus.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Layers;

/// <summary>DINOv2's and SigLIP's own layers against their definitions, written out number by number in double precision.</summary>
public sealed class ImageTowerLayersTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGrad = no_grad();

    public void Dispose()
    {
        _noGrad.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void AttentionPoolingIsItsDefinition()
    {
        const int width = 12,
            heads = 3,
            hidden = 20,
            tokens = 5,
            d = width / heads;
        const double eps = 1e-6;
        using LatentAttentionPool pool = new(new BlockSizes(width, heads, hidden, Activation.Gelu, eps));
        Generator random = new(4);
        foreach (var parameter in pool.parameters())
            parameter.normal_(0, 0.5, random);
        Tensor x = randn(2, tokens, width, generator: random);
        double[,] Linear(double[,] rows, AdaptableLinear linear, int from, int count)
        {
            double[,] weight = Matrix(linear.weight),
                result = new double[rows.GetLength(0), count];
            double[] bias = Row(linear.bias!);
            for (int i = 0; i < rows.GetLength(0); i++)
            {
                for (int j = 0; j < count; j++)
                    result[i, j] = bias[from + j] + Enumerable.Range(0, rows.GetLength(1)).Sum(k => rows[i, k] * weight[from + j, k]);
            }

            return result;
        }

        Tensor found = pool.forward(x);
        Assert.Equal([2, width], found.shape);
        for (int image = 0; image < 2; image++)
        {
            double[,] rows = Matrix(x[image]),
                query = Linear(Matrix(pool.latent.unsqueeze(0)), pool.qkv, 0, width);
            double[,] keys = Linear(rows, pool.qkv, width, width),
                values = Linear(rows, pool.qkv, 2 * width, width),
                mixed = new double[1, width];
            for (int head = 0; head < heads; head++)
            {
                double[] scores =
                [
                    .. Enumerable
                        .Range(0, tokens)
                        .Select(n => Math.Exp(Enumerable.Range(head * d, d).Sum(k => query[0, k] * keys[n, k]) / Math.Sqrt(d))),
                ];
                for (int k = head * d; k < (head + 1) * d; k++)
                    mixed[0, k] = Enumerable.Range(0, tokens).Sum(n => scores[n] / scores.Sum() * values[n, k]);
            }

            double[,] pooled = Linear(mixed, pool.proj, 0, width);
            double mean = Enumerable.Range(0, width).Average(k => pooled[0, k]),
                variance = Enumerable.Range(0, width).Average(k => Math.Pow(pooled[0, k] - mean, 2));
            double[] gain = Row(pool.norm.weight),
                shift = Row(pool.norm.bias);
            double[,] normed = new double[1, width];
            for (int k = 0; k < width; k++)
                normed[0, k] = (pooled[0, k] - mean) / Math.Sqrt(variance + eps) * gain[k] + shift[k];
            double[,] inner = Linear(normed, pool.mlp.fc1, 0, hidden);
            double[] activated = Row(nn.functional.gelu(tensor(Enumerable.Range(0, hidden).Select(k => inner[0, k]).ToArray())));
            double[,] output = Linear(new double[1, hidden].With(activated), pool.mlp.fc2, 0, width);
            for (int k = 0; k < width; k++)
                Assert.Equal(pooled[0, k] + output[0, k], found[image, k].item<float>(), 1e-4);
        }
    }

    // x + ls1 · attn(norm1 x), then the same for the MLP: with γ = 1 nothing changes, with γ = 0 the input comes through.
    [Fact]
    public void BranchesAreScaledBeforeTheyAreAdded()
    {
        const int width = 8;
        Generator random = new(5);
        BlockSizes sizes = new(width, 2, 16, Activation.Gelu, 1e-6);
        using TransformerBlock scaled = new(sizes with { HasScales = true }),
            plain = new(sizes);
        foreach ((string name, var parameter) in plain.OwnParameters)
        {
            parameter.normal_(0, 0.5, random);
            scaled.OwnParameters.Single(own => own.Name == name).Parameter.copy_(parameter);
        }

        Tensor x = randn(1, 3, width, generator: random),
            expected = plain.forward(x);
        Fill(scaled.ls1!, ones(width));
        Fill(scaled.ls2!, ones(width));
        Assert.Equal(expected.bytes, scaled.forward(x).bytes);
        Fill(scaled.ls2!, zeros(width));
        Tensor attended = TensorMath.Add(x, plain.attn.forward(plain.norm1.forward(x)));
        Assert.Equal(attended.bytes, scaled.forward(x).bytes);
        Tensor gamma = randn(width, generator: random);
        Fill(scaled.ls1!, zeros(width));
        Fill(scaled.ls2!, gamma);
        Assert.True(scaled.forward(x).allclose(TensorMath.Add(x, plain.mlp.forward(plain.norm2.forward(x)).mul(gamma))));
        Assert.Equal(["ls1.gamma", "ls2.gamma"], scaled.OwnParameters.Select(own => own.Name).Where(name => name.StartsWith("ls")));
    }

    [Theory]
    [InlineData(4, 7, 1)]
    [InlineData(9, 4, 1)]
    [InlineData(6, 9, 0)]
    public void PositionsAreResampledAsImagesAre(int from, int to, int globalTokens)
    {
        const int width = 3;
        Tensor rows = randn([globalTokens + from * from, width], generator: new Generator(6));
        double[,] source = Matrix(rows);
        Tensor found = PositionEmbedding.Antialiased.Resample(rows, globalTokens, to, to);
        Assert.Equal([globalTokens + to * to, width], found.shape);
        Assert.Equal(rows.narrow(0, 0, globalTokens).bytes, found.narrow(0, 0, globalTokens).bytes);
        double[][] weights = [.. Enumerable.Range(0, to).Select(i => Weights(i, from, to))];
        for (int y = 0; y < to; y++)
        {
            for (int x = 0; x < to; x++)
            {
                for (int k = 0; k < width; k++)
                {
                    double expected = Enumerable
                        .Range(0, from)
                        .Sum(i =>
                            Enumerable.Range(0, from).Sum(j => weights[y][i] * weights[x][j] * source[globalTokens + i * from + j, k])
                        );
                    Assert.Equal(expected, found[globalTokens + y * to + x, k].item<float>(), 1e-4);
                }
            }
        }
    }

    // Keys' cubic convolution with a = -1/2, stretched when the grid becomes coarser, normalised at the edges.
    private static double[] Weights(int place, int from, int to)
    {
        double scale = (double)from / to,
            stretch = Math.Max(1, scale),
            centre = (place + 0.5) * scale;
        double[] weights = [.. Enumerable.Range(0, from).Select(i => Cubic(Math.Abs((i + 0.5 - centre) / stretch)))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static double Cubic(double t) =>
        t switch
        {
            < 1 => 1.5 * t * t * t - 2.5 * t * t + 1,
            < 2 => -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2,
            _ => 0,
        };

    private static void Fill(LayerScale scale, Tensor gamma) => scale.gamma.copy_(gamma);

    private static double[] Row(Tensor row) => row.to(float64).data<double>().ToArray();

    private static double[,] Matrix(Tensor matrix) => new double[matrix.shape[0], matrix.shape[1]].With(Row(matrix.contiguous().view(-1)));
}

file static class Matrices
{
    public static double[,] With(this double[,] matrix, double[] values)
    {
        Buffer.BlockCopy(values, 0, matrix, 0, values.Length * sizeof(double));
        return matrix;
    }
}
