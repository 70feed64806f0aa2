namespace LiftPlus.Backbones;

/// <summary>Specifies what the residual blocks of a ResNet consist of (arXiv 1512.03385).</summary>
public enum ResNetBlock
{
    /// <summary>Convolutions of 1x1, 3x3 and 1x1, as in ResNet-50, -101 and -152; a block returns four times its inner channels.</summary>
    Bottleneck,

    /// <summary>Two convolutions of 3x3, as in ResNet-18 and -34.</summary>
    Basic,
}
