namespace LiftPlus;

/// <summary>Specifies one of a backbone's two encoders.</summary>
public enum Tower
{
    /// <summary>Gets the image encoder.</summary>
    Image,

    /// <summary>Gets the text encoder.</summary>
    Text,
}
