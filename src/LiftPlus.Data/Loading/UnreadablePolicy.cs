using LiftPlus.Data;

namespace LiftPlus;

/// <summary>What happens when an image cannot be read.</summary>
public enum UnreadablePolicy
{
    /// <summary>The run ends with an error that names the image.</summary>
    Fail,

    /// <summary>The image is left out and listed.</summary>
    Skip,
}

/// <summary>An image that could not be read.</summary>
/// <param name="Path">Its file or name.</param>
/// <param name="Reason">What was found and what to do.</param>
public sealed record UnreadableImage(string Path, string Reason);
