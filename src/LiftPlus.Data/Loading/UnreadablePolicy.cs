namespace LiftPlus.Data;

/// <summary>What happens when a picture cannot be read.</summary>
public enum UnreadablePolicy
{
    /// <summary>The run ends with an error that names the picture.</summary>
    Fail,

    /// <summary>The picture is left out and listed.</summary>
    Skip,
}

/// <summary>A picture that could not be read.</summary>
/// <param name="Path">Its file or name.</param>
/// <param name="Reason">What was found and what to do.</param>
public sealed record UnreadablePicture(string Path, string Reason);
