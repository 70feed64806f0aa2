using SkiaSharp;

namespace LiftPlus.Samples.Shapes;

/// <summary>
/// Describes how a thing is drawn: everything about an image except what it shows. Lengths are fractions of the image side.
/// </summary>
internal sealed record Look
{
    public required SKColor Colour { get; init; }

    /// <summary>Gets the colour between stripes, dots and checks, and at the far end of a faded fill.</summary>
    public required SKColor SecondColour { get; init; }

    public required Backdrop Backdrop { get; init; }

    public required float Radius { get; init; }

    public SKPoint Centre { get; init; } = new(0.5f, 0.5f);

    /// <summary>Gets the rotation in degrees.</summary>
    public float Rotation { get; init; }

    /// <summary>Gets width over height; 1 is undistorted.</summary>
    public float Aspect { get; init; } = 1;

    /// <summary>Gets the direction of the lines of the fill relative to the shape, in degrees.</summary>
    public float FillAngle { get; init; }

    /// <summary>Gets the period of the pattern of the fill, in radii of the shape.</summary>
    public float FillPeriod { get; init; } = 0.5f;

    /// <summary>Gets the width of the outline in radii; 0 for no outline.</summary>
    public float OutlineWidth { get; init; }

    public SKColor OutlineColour { get; init; }

    public bool OutlineDashed { get; init; }

    /// <summary>Gets the offset of the shadow; 0 for no shadow.</summary>
    public float Shadow { get; init; }

    /// <summary>Gets the number of bars in front of the thing.</summary>
    public int Occluders { get; init; }

    public SKColor OccluderColour { get; init; }

    /// <summary>Gets the opacity of the grey haze, 0 to 1.</summary>
    public float Haze { get; init; }

    /// <summary>Gets the brightness of the haze, 0 to 255.</summary>
    public float HazeLevel { get; init; }

    /// <summary>Gets the standard deviation of the pixel noise, on the scale 0 to 255.</summary>
    public float Noise { get; init; }

    /// <summary>Gets the factors on red, green and blue that colour the light.</summary>
    public (float R, float G, float B) Light { get; init; } = (1, 1, 1);
}

/// <summary>Specifies what is behind the thing.</summary>
internal enum BackdropKind
{
    Plain,
    Gradient,
    Lines,
    Blobs,
    Tiles,
}

internal sealed record Backdrop(BackdropKind Kind, SKColor First, SKColor Second, float Angle);
