namespace LiftPlus;

/// <summary>
/// Specifies the group of a class by its number of training images n: many (n &gt; 100), medium (20 ≤ n ≤ 100) or few (n &lt; 20), as usual
/// in the long-tailed literature (arXiv 1904.05160).
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
