namespace LiftPlus;

/// <summary>Specifies how the minimum crop scale of minimalist augmentation changes over training, s(t) (arXiv 2504.13282).</summary>
public enum ScheduleShape
{
    /// <summary>s = 0: all crop scales throughout training.</summary>
    Min,

    /// <summary>s = 1: the largest square throughout training.</summary>
    Max,

    /// <summary>s = t.</summary>
    Linear,

    /// <summary>s = 1 - sqrt(1 - t²), the default: small crops for most of training, then quickly larger ones.</summary>
    Convex,

    /// <summary>s = sqrt(1 - (1 - t)²).</summary>
    Concave,
}
