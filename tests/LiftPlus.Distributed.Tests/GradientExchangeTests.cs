using LiftPlus.Processes;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Distributed.Tests;

/// <summary>Holds that gradients are added in the order in which one process accumulates them.</summary>
public sealed class GradientExchangeTests
{
    private const int Rounds = 3;

    private static readonly long[][] s_shapes =
    [
        [3, 5],
        [1],
        [7],
        [2, 2, 2],
        [1025],
    ];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TheSumsAreThoseOfOneProcessBitForBit(int count)
    {
        byte[][] expected = Accumulated(count);
        Exception?[] thrown = ThreadCollective.Run(count, collective =>
        {
            using DisposeScope scope = NewDisposeScope();
            var group = new ProcessGroup(collective);
            Parameter[] parameters = Parameters();
            using IGradientExchange exchange = group.CreateExchange([.. parameters.Select((one, i) => ($"p{i}", one))]);
            group.Enter();
            for (int repeat = 0; repeat < 2; repeat++) // a step does not know of the one before
            {
                for (int round = 0; round < Rounds; round++)
                {
                    int microBatch = round * count + group.Rank;
                    for (int i = 0; i < parameters.Length; i++)
                        parameters[i].grad = Gradient(microBatch, i);
                    Check(exchange.Add(new MicroBatchResult([microBatch], microBatch / 7.0, [true, false])), round * count);
                    Assert.All(parameters, parameter => Assert.Null(parameter.grad));
                }

                exchange.Complete();
                Assert.Equal(expected, parameters.Select(parameter => Bytes(parameter.grad)));
            }
        });
        Assert.All(thrown, Assert.Null);
    }

    private static void Check(IReadOnlyList<MicroBatchResult> results, int first)
    {
        foreach ((int rank, MicroBatchResult result) in results.Index())
        {
            Assert.Equal([first + rank], result.Places);
            Assert.Equal((first + rank) / 7.0, result.Loss);
            Assert.Equal([true, false], result.Hits);
        }
    }

    private static byte[][] Accumulated(int count)
    {
        using DisposeScope scope = NewDisposeScope();
        return
        [
            .. Enumerable
                .Range(0, s_shapes.Length)
                .Select(i =>
                {
                    Tensor? sum = null;
                    for (int microBatch = 0; microBatch < Rounds * count; microBatch++)
                    {
                        if (Gradient(microBatch, i) is Tensor gradient)
                            sum = sum is null ? gradient : TensorMath.Add_(sum, gradient);
                    }

                    return Bytes(sum);
                }),
        ];
    }

    // Of many magnitudes, so that the order of the sum matters; some are missing, and some are -0.
    private static Tensor? Gradient(int microBatch, int parameter)
    {
        var random = new Random(100 * microBatch + parameter);
        if (parameter == 1 || (parameter == 2 && microBatch % 3 == 0))
            return null;
        float[] values = new float[s_shapes[parameter].Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.Next(4) == 0 ? -0f : (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 6)));
        return tensor(values, s_shapes[parameter]);
    }

    private static Parameter[] Parameters() => [.. s_shapes.Select(shape => new Parameter(zeros(shape)))];

    private static byte[] Bytes(Tensor? values) => values is null ? [] : values.bytes.ToArray();
}
