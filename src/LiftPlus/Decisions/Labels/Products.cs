using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Decisions;

/// <summary>Multiplies rows of numbers with torch, on the CPU.</summary>
internal static class Products
{
    /// <summary>Returns a · bᵀ (N, M).</summary>
    public static Rows Multiply(Rows a, Rows b)
    {
        if (a.Count == 0 || b.Count == 0)
            return new Rows([], b.Count);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return new Rows(ToTensor(a).mm(ToTensor(b).t()).data<float>().ToArray(), b.Count);
    }

    /// <summary>Returns xᵀ · x (D, D) of rows in float64, one after the other.</summary>
    public static double[] Gram(double[] x, int width)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = tensor(x).view(-1, width); // (N, D)
        return rows.t().mm(rows).data<double>().ToArray();
    }

    public static Tensor ToTensor(Rows rows) => tensor(rows.Values).view(-1, rows.Width);
}
