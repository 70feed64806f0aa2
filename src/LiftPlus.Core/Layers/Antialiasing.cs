namespace LiftPlus.Layers;

/// <summary>Specifies the pooling that follows the convolutions with a stride of a ResNet, in place of their stride.</summary>
internal enum Antialiasing
{
    /// <summary>None: the convolutions have the stride.</summary>
    None,

    /// <summary>The mean of 2x2 places.</summary>
    Mean,

    /// <summary>A 3x3 filter [1 2 1] ⊗ [1 2 1] / 16 with a reflected border (arXiv 1904.11486).</summary>
    Blur,
}
