namespace LiftPlus;

/// <summary>Specifies how images are interpolated when they are resized. Both filters are antialiased, as in Pillow.</summary>
public enum ResizeFilter
{
    /// <summary>Cubic interpolation (a = -0.5).</summary>
    Bicubic,

    /// <summary>Linear interpolation.</summary>
    Bilinear,
}
