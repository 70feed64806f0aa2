namespace LiftPlus;

/// <summary>Specifies what happens when an image cannot be read.</summary>
public enum UnreadablePolicy
{
    /// <summary>The run ends with an error that names the image.</summary>
    Fail,

    /// <summary>The image is left out and listed.</summary>
    Skip,
}
