namespace LiftPlus;

/// <summary>
/// The group a class belongs to by its number of training images n: many (n &gt; 100), medium (20 ≤ n ≤ 100), few (n &lt; 20).
/// The bounds are those of the long-tailed literature (arXiv 1904.05160).
/// </summary>
public enum ShotGroup
{
    /// <summary>More than 100 training images.</summary>
    Many,

    /// <summary>20 to 100 training images.</summary>
    Medium,

    /// <summary>Fewer than 20 training images.</summary>
    Few,
}
