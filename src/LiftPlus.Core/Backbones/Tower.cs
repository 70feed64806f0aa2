namespace LiftPlus;

/// <summary>Specifies one of a backbone's two encoders.</summary>
public enum Tower
{
    /// <summary>The image encoder.</summary>
    Image,

    /// <summary>The text encoder.</summary>
    Text,
}
