using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests.Modern;

/// <summary>Compares tensors with those of a case, and keeps how near the worst of them came to the bound of INDEX.md.</summary>
internal sealed class NumberCheck(GoldenFile golden)
{
    private const double Relative = 1e-4,
        Absolute = 1e-5;
    private readonly List<string> _wrong = [];

    /// <summary>Gets the largest difference as a share of its bound, and where it was.</summary>
    public (double Share, double Difference, string What) Worst { get; private set; }

    /// <summary>Gets the number of tensors that were compared.</summary>
    public int Count { get; private set; }

    /// <summary>Compares a tensor, if the case has it.</summary>
    public void Near(string name, Tensor? got)
    {
        if (got is null || !golden.Contains(name))
            return;
        using Tensor expected = golden[name].ToTensor();
        double[] wanted = TensorAssert.Doubles(expected),
            values = TensorAssert.Doubles(got);
        if (wanted.Length != values.Length)
        {
            _wrong.Add($"{name} has {values.Length} values, wanted {wanted.Length}");
            return;
        }

        Count++;
        double floor = Absolute * Math.Max(1, wanted.Select(Math.Abs).Max());
        (double Share, double Difference) worst = wanted
            .Zip(values, (want, value) => (Math.Abs(value - want) / (Relative * Math.Abs(want) + floor), Math.Abs(value - want)))
            .MaxBy(pair => double.IsNaN(pair.Item1) ? double.PositiveInfinity : pair.Item1);
        if (!(worst.Share <= Worst.Share))
            Worst = (worst.Share, worst.Difference, name);
        if (!(worst.Share <= 1))
            _wrong.Add($"{name} is off by {worst.Difference:G3}, {worst.Share:G3} times its bound");
    }

    /// <summary>Fails if a tensor was off, or if none was compared.</summary>
    public void AssertAll(string what)
    {
        Assert.True(_wrong.Count == 0, $"{what}: {string.Join("; ", _wrong)}.");
        Assert.True(Count > 0, $"{what}: nothing was compared.");
        TestContext.Current.SendDiagnosticMessage(
            $"{what}: {Count} tensors, largest error {Worst.Difference:G3} ({Worst.Share:P0} of its bound, {Worst.What})"
        );
    }
}
