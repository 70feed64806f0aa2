using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace LiftPlus.TestSupport;

/// <summary>Converts golden tensors to torch tensors, and compares tensors with a message that names the worst element.</summary>
public static class TensorAssert
{
    /// <summary>Copies to the CPU, as float32 for floating-point types (float64 stays) and int64 for integers.</summary>
    public static Tensor ToTensor(this GoldenTensor golden) =>
        golden.DType switch
        {
            "F64" => tensor(golden.Values<double>().ToArray(), golden.Shape),
            "F16" or "F32" => tensor(golden.Floats(), golden.Shape),
            _ => tensor(golden.Integers(), golden.Shape),
        };

    /// <summary>Asserts equal shapes, and |actual - expected| ≤ atol + rtol · |expected| for every element.</summary>
    public static void Close(GoldenTensor expected, Tensor actual, double rtol, double atol, string what)
    {
        using Tensor wanted = expected.ToTensor();
        Close(wanted, actual, rtol, atol, what);
    }

    /// <summary>Asserts equal shapes, and |actual - expected| ≤ atol + rtol · |expected| for every element.</summary>
    public static void Close(Tensor expected, Tensor actual, double rtol, double atol, string what)
    {
        Assert.True(
            expected.shape.SequenceEqual(actual.shape),
            $"{what}: shape ({string.Join(", ", actual.shape)}), wanted ({string.Join(", ", expected.shape)})."
        );
        double[] wanted = Doubles(expected);
        double[] got = Doubles(actual);
        int worst = -1;
        double excess = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            double over = Math.Abs(got[i] - wanted[i]) - (atol + rtol * Math.Abs(wanted[i]));
            if (double.IsNaN(over) || over > excess)
                (worst, excess) = (i, double.IsNaN(over) ? double.PositiveInfinity : over);
        }

        Assert.True(
            worst < 0,
            worst < 0 ? null : $"{what}: element {worst} is {got[worst]:R}, wanted {wanted[worst]:R} within rtol {rtol}, atol {atol}."
        );
    }

    /// <summary>Asserts |actual - expected| ≤ 1e-4 · |expected| + 1e-5 · max(1, peak), the rule of golden/README.md.</summary>
    public static void Near(GoldenTensor expected, Tensor actual, string what)
    {
        using Tensor wanted = expected.ToTensor();
        double peak = Doubles(wanted).Select(Math.Abs).DefaultIfEmpty().Max();
        Close(wanted, actual, 1e-4, 1e-5 * Math.Max(1, peak), what);
    }

    /// <summary>Returns every element, row-major, as double.</summary>
    public static double[] Doubles(Tensor x)
    {
        using Tensor flat = x.detach().to(float64).cpu().contiguous().reshape(-1);
        return flat.data<double>().ToArray();
    }
}
