using SkiaSharp;

namespace LiftPlus.Samples.Shapes;

/// <summary>How a thing is drawn: everything about an image but what it shows. Lengths are fractions of the image's side.</summary>
internal sealed record Look
{
    public required SKColor Colour { get; init; }

    /// <summary>The colour between stripes, dots and checks, and the far end of a faded fill.</summary>
    public required SKColor SecondColour { get; init; }

    public required Backdrop Backdrop { get; init; }

    public required float Radius { get; init; }

    public SKPoint Centre { get; init; } = new(0.5f, 0.5f);

    /// <summary>Rotation in degrees.</summary>
    public float Rotation { get; init; }

    /// <summary>Width over height; 1 is undistorted.</summary>
    public float Aspect { get; init; } = 1;

    /// <summary>Direction of the fill's lines against the shape, in degrees.</summary>
    public float FillAngle { get; init; }

    /// <summary>Period of the fill's pattern, in radii of the shape.</summary>
    public float FillPeriod { get; init; } = 0.5f;

    /// <summary>Width of the outline in radii; 0 for none.</summary>
    public float OutlineWidth { get; init; }

    public SKColor OutlineColour { get; init; }

    public bool OutlineDashed { get; init; }

    /// <summary>Shadow's offset; 0 for none.</summary>
    public float Shadow { get; init; }

    /// <summary>Bars drawn over the image.</summary>
    public int Occluders { get; init; }

    public SKColor OccluderColour { get; init; }

    /// <summary>How much of the image a grey veil takes away, 0 to 1.</summary>
    public float Haze { get; init; }

    /// <summary>The veil's brightness, of 255.</summary>
    public float HazeLevel { get; init; }

    /// <summary>Standard deviation of the pixel noise, of 255.</summary>
    public float Noise { get; init; }

    /// <summary>Factors on red, green and blue: the light.</summary>
    public (float R, float G, float B) Light { get; init; } = (1, 1, 1);
}

/// <summary>What is behind the thing.</summary>
internal enum BackdropKind
{
    Plain,
    Gradient,
    Lines,
    Blobs,
    Tiles,
}

internal sealed record Backdrop(BackdropKind Kind, SKColor First, SKColor Second, float Angle);
