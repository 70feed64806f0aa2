namespace LiftPlus;

/// <summary>Specifies how image counts fall from the largest class to the smallest.</summary>
public enum LongTailShape
{
    /// <summary>n_r = n_0 · IR^(-r/(C-1)): CIFAR-LT (arXiv 1901.05555).</summary>
    Exponential,

    /// <summary>A Pareto density along the ranks, n_r = n_0 · (1 + s·r)^-(α+1), with s such that the last class has n_0 / IR.</summary>
    Pareto,
}
