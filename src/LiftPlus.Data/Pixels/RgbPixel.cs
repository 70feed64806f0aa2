using System.Runtime.InteropServices;

namespace LiftPlus.Data;

/// <summary>Represents an 8-bit RGB pixel in four bytes; the fourth is unused.</summary>
/// <param name="R">Red, 0 to 255.</param>
/// <param name="G">Green, 0 to 255.</param>
/// <param name="B">Blue, 0 to 255.</param>
[StructLayout(LayoutKind.Sequential, Size = 4)]
public readonly record struct RgbPixel(byte R, byte G, byte B);
