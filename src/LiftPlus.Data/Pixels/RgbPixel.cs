using System.Runtime.InteropServices;

namespace LiftPlus.Data;

/// <summary>One 8-bit RGB pixel in four bytes; the fourth is unused.</summary>
/// <param name="R">Red, 0 to 255.</param>
/// <param name="G">Green, 0 to 255.</param>
/// <param name="B">Blue, 0 to 255.</param>
[StructLayout(LayoutKind.Sequential, Size = 4)]
public readonly record struct RgbPixel(byte R, byte G, byte B);

/// <summary>A rectangle of pixels.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct PixelBox(int Left, int Top, int Width, int Height);
