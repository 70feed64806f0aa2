namespace LiftPlus;

/// <summary>Specifies the order of the bytes of a pixel, one byte for each channel.</summary>
public enum PixelFormat
{
    /// <summary>Red, green, blue: three bytes.</summary>
    Rgb,

    /// <summary>Blue, green, red: three bytes, as in OpenCV and GDI+.</summary>
    Bgr,

    /// <summary>Red, green, blue and alpha, which is dropped: four bytes.</summary>
    Rgba,

    /// <summary>Blue, green, red and alpha, which is dropped: four bytes, as in WPF and SkiaSharp on Windows.</summary>
    Bgra,
}
