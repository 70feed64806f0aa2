namespace LiftPlus.Data;

/// <summary>A picture that cannot be read: which one, what was found, what to do.</summary>
public sealed class ImageDecodeException : LiftPlusException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="name">The picture.</param>
    /// <param name="found">What is wrong with it and what to do, as a sentence.</param>
    /// <param name="inner">The failure behind it, if any.</param>
    public ImageDecodeException(string name, string found, Exception? inner = null) : base($"The picture '{name}' cannot be read: {found}", inner!)
    {
        Name = name;
        Found = found;
    }

    /// <summary>The picture: its path, or its name where it is in memory.</summary>
    public string Name { get; }

    /// <summary>What is wrong with it and what to do, as a sentence.</summary>
    public string Found { get; }
}
